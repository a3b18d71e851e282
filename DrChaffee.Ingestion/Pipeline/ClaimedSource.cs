namespace DrChaffee.Ingestion.Pipeline;

/// <summary>A source that this run works on, and no other.</summary>
/// <param name="FencingToken">Proves the claim when something is stored; a later claim by anyone makes it worthless.</param>
internal sealed record ClaimedSource(long Id, string Key, long FencingToken, SourceFacts Facts)
{
    /// <summary>How often it was tried since it last went well, this time included.</summary>
    public int Attempts { get; init; } = 1;
}

/// <summary>What is known of a recording before anyone listens to it.</summary>
/// <param name="ExpectedToken">The fencing token last seen on the source, 0 for a new one: a claim fails if anyone claimed it since.</param>
internal sealed record SourceFacts(
    string SourceType,
    string SourceId,
    string Title,
    ChannelFacts? Channel,
    string? Url,
    DateTimeOffset? PublishedAt,
    TimeSpan? Duration,
    string Origin,
    long ExpectedToken = 0)
{
    /// <summary>Who speaks wherever the transcript names nobody: known where a recording has one speaker.</summary>
    public string? OnlySpeaker { get; init; }
    public string? Description { get; init; }
    public string? ThumbnailUrl { get; init; }

    public string Key => Domain.Sources.SourceKey.From(SourceType, SourceId);
}

/// <summary>Where a source comes from; unique by kind and address.</summary>
internal sealed record ChannelFacts(string Kind, string Address, string Title);
