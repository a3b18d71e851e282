using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>A recording that was found, and what the place where it was found tells about it.</summary>
internal sealed record Recording(FetchPlan Plan, string Title, ChannelFacts Channel)
{
    /// <summary>Its identity in that place; null for a file, which is known by its name and content.</summary>
    public (string SourceType, string SourceId)? Identity { get; init; }

    /// <summary>Where a person can see or hear it.</summary>
    public string? Url { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public TimeSpan? Duration { get; init; }
    public string? Description { get; init; }
    public string? ThumbnailUrl { get; init; }
    public Availability Availability { get; init; }

    /// <summary>Who speaks wherever the transcript names nobody: known where a recording has one speaker.</summary>
    public string? OnlySpeaker { get; init; }

    /// <summary>When the media or its captions last changed; null where the place does not tell.</summary>
    public DateTimeOffset? Modified { get; init; }
}

/// <summary>Who may have a recording, and whether it is there yet.</summary>
internal enum Availability
{
    Open,
    MembersOnly,
    Private,

    /// <summary>It is being broadcast: what is there of it is not the whole.</summary>
    Live,
    Upcoming,
}
