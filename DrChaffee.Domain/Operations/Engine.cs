namespace DrChaffee.Domain.Operations;

/// <summary>What made a segment: recorded once, and pointed at by every row it made.</summary>
public sealed class Engine
{
    public int Id { get; init; }

    /// <summary><c>captions</c>, <c>whisper.net</c>, …</summary>
    public required string Name { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
