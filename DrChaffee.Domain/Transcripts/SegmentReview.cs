namespace DrChaffee.Domain.Transcripts;

/// <summary>What a person decided about a suspect segment. It outlives the segment's row: a recording that is transcribed anew keeps its decisions.</summary>
public sealed class SegmentReview
{
    public long Id { get; init; }
    public long SourceId { get; init; }

    /// <summary>Where in the recording the segment was spoken.</summary>
    public TimeSpan Start { get; init; }
    public TimeSpan End { get; init; }
    public required string Text { get; init; }
    public ReviewDecision Decision { get; set; }

    /// <summary>The account's name.</summary>
    public string? DecidedBy { get; set; }
    public DateTimeOffset DecidedAt { get; set; }
}

/// <summary>The decision of a person who listened.</summary>
public enum ReviewDecision
{
    /// <summary>It was spoken: it is searched.</summary>
    Kept,

    /// <summary>It stays out of search.</summary>
    Hidden,
}
