namespace DrChaffee.Domain.Speakers;

/// <summary>A person who speaks. The name stands here alone: a rename is one row, and search, citations and exports follow.</summary>
public sealed class Speaker
{
    public long Id { get; init; }
    public required string Name { get; set; }

    /// <summary>Set for a voice known only within one recording ("Speaker 2"); null for a person known across recordings.</summary>
    public long? SourceId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
