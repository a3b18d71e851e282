using DrChaffee.Domain.Sources;

namespace DrChaffee.Domain.Operations;

/// <summary>The picture of ingestion that the dashboard shows: what events add up to, up to and including one number.</summary>
/// <param name="LastEventId">The number of the last event in it.</param>
/// <param name="Active">Sources in progress, the one longest at work first.</param>
/// <param name="Recent">Sources that ended lately (done, waiting, failed, skipped), the latest first; at most 50.</param>
public sealed record IngestionSnapshot(
    long LastEventId,
    IReadOnlyList<RunProgress> Runs,
    IReadOnlyList<SourceProgress> Active,
    IReadOnlyList<SourceProgress> Recent)
{
    public static readonly IngestionSnapshot Empty = new(0, [], [], []);
}

/// <summary>One run of the pipeline that has not finished, or finished within the last minutes.</summary>
/// <param name="Title">What it was asked to do, in a sentence.</param>
public sealed record RunProgress(Guid RunId, string Title, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, int Found, int Done, int Failed, int Waiting, int Skipped);

/// <summary>Where one source stands.</summary>
/// <param name="Progress">Share of the stage that is done, 0 to 1; null where the stage cannot tell.</param>
/// <param name="Message">Why it waits or failed.</param>
public sealed record SourceProgress(
    string SourceKey,
    string Title,
    SourceState State,
    Stage Stage,
    double? Progress,
    string? Message,
    TimeSpan? Duration,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt);
