using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Transcripts;

namespace DrChaffee.Domain.Sources;

/// <summary>One recording: where it came from, how far its ingestion got, and who is working on it.</summary>
public sealed class Source
{
    public long Id { get; init; }

    /// <summary>The kind of place it came from: <c>youtube</c>, <c>file</c>, <c>transcript</c>.</summary>
    public required string SourceType { get; init; }

    /// <summary>Its identity in that place; unique together with <see cref="SourceType"/>.</summary>
    public required string SourceId { get; init; }

    /// <summary>Both, made safe for an address: the same on every machine, unlike <see cref="Id"/>.</summary>
    public required string Key { get; init; }

    public required string Title { get; set; }
    public long? ChannelId { get; set; }
    public Channel? Channel { get; set; }
    public string? Url { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }
    public TimeSpan? Duration { get; set; }
    public string? Description { get; set; }
    public string? ThumbnailUrl { get; set; }

    /// <summary>The file it was read from on the machine that read it: finds the source again when the same file comes a second time.</summary>
    public string? Origin { get; set; }

    /// <summary>SHA-256 of what the transcript was read from; equal content is not stored twice.</summary>
    public string? ContentHash { get; set; }

    /// <summary>The audio or video to play, on this machine's disk.</summary>
    public string? MediaPath { get; set; }

    public SourceState State { get; set; } = SourceState.Queued;

    /// <summary>The stage in progress, or the last that was reached.</summary>
    public Stage Stage { get; set; } = Stage.Discover;

    /// <summary>Why it waits or failed, in one sentence for a person.</summary>
    public string? StateReason { get; set; }

    public FailureClass? FailureClass { get; set; }

    /// <summary>All that the program which failed had to say, for an admin; <see cref="StateReason"/> is the sentence.</summary>
    public string? FailureDetail { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? NextTryAt { get; set; }

    /// <summary>How its media is got, as JSON, so that any process can go on with it; null where nobody will fetch it.</summary>
    public string? FetchPlan { get; set; }

    /// <summary>The greater, the sooner; 0 unless an admin or its channel says otherwise.</summary>
    public int Priority { get; set; }

    /// <summary>An admin set it aside: no run takes it until the admin lets it go.</summary>
    public bool SetAside { get; set; }

    /// <summary>The process that works on it now; no other may until <see cref="LeaseUntil"/> has passed.</summary>
    public string? LeaseOwner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Rises with every lease: a worker that lost its lease is refused when it tries to store.</summary>
    public long FencingToken { get; set; }

    /// <summary>Rises with every change that readers must see; 0 until a transcript is stored.</summary>
    public long Version { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    public List<Segment> Segments { get; init; } = [];
}
