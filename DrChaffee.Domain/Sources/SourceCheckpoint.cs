using DrChaffee.Domain.Operations;

namespace DrChaffee.Domain.Sources;

/// <summary>The result of a finished stage, kept until the source is done: a run that was cut off goes on after it.</summary>
public sealed class SourceCheckpoint
{
    public long SourceId { get; init; }
    public Stage Stage { get; init; }

    /// <summary>Names what the result was made of and by: another content or engine makes it worthless.</summary>
    public required string ContentKey { get; init; }

    /// <summary>JSON, compressed with gzip.</summary>
    public required byte[] Result { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
