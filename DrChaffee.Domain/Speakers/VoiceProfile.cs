using Pgvector;

namespace DrChaffee.Domain.Speakers;

/// <summary>An enrolled voice vector that recognises a speaker. Vectors of two models are never compared.</summary>
public sealed class VoiceProfile
{
    public long Id { get; init; }
    public long SpeakerId { get; init; }
    public Speaker? Speaker { get; init; }
    public required string Model { get; init; }
    public required Vector Embedding { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
