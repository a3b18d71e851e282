using DrChaffee.Domain.Sources;

namespace DrChaffee.Domain.Operations;

/// <summary>The picture of ingestion that the dashboard shows: what events add up to, up to and including one number.</summary>
/// <param name="LastEventId">The number of the last event in it.</param>
/// <param name="Stages">How each stage fares, in the order in which a source passes them.</param>
/// <param name="Active">Sources in progress, the one longest at work first.</param>
/// <param name="Recent">Sources that ended lately (done, waiting, failed), the latest first; at most 50. Those that a run only passed by are in its count alone.</param>
public sealed record IngestionSnapshot(
    long LastEventId,
    IReadOnlyList<RunProgress> Runs,
    IReadOnlyList<StageLoad> Stages,
    IReadOnlyList<SourceProgress> Active,
    IReadOnlyList<SourceProgress> Recent)
{
    public static readonly IngestionSnapshot Empty = new(0, [], [], [], []);
}

/// <summary>One run of the pipeline that has not finished, or finished within the last minutes.</summary>
/// <param name="Title">What it was asked to do, in a sentence.</param>
/// <param name="Message">Why it failed, in a sentence.</param>
/// <param name="Planned">How many recordings it works on; null until it knows.</param>
/// <param name="PlannedDuration">Their length, as far as it is known.</param>
/// <param name="Ended">How many of those it works on have ended, whichever way.</param>
/// <param name="Found">All that it came to: what it works on, and what it passed by.</param>
/// <param name="Audio">Length of the recordings that were done.</param>
/// <param name="Speed">Hours done in one hour.</param>
/// <param name="SecondsLeft">An estimate from what has ended so far; null where there is nothing to estimate from.</param>
public sealed record RunProgress(
    Guid RunId,
    string Title,
    RunState State,
    string? Message,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    int? Planned,
    TimeSpan? PlannedDuration,
    int Ended,
    int Found,
    int Done,
    int Failed,
    int Waiting,
    int Skipped,
    TimeSpan Audio,
    double? Speed,
    double? SecondsLeft);

/// <summary>Whether a run goes on, or how it ended.</summary>
public enum RunState
{
    Running,
    Finished,

    /// <summary>Somebody stopped it, or its process was told to end.</summary>
    Stopped,
    Failed,
}

/// <summary>One stage, in all runs that go on.</summary>
/// <param name="Working">How many sources are in it; for the first stage, how many runs still look for recordings.</param>
/// <param name="Waiting">How many sources wait before it.</param>
/// <param name="BusyShare">Share of the time since the oldest of these runs began in which it had any, 0 to 1.</param>
public sealed record StageLoad(Stage Stage, StageCondition Condition, int Working, int Waiting, double BusyShare);

/// <summary>How a stage fares.</summary>
public enum StageCondition
{
    /// <summary>No run goes on.</summary>
    Idle,
    Busy,

    /// <summary>A run goes on, and the stage has nothing in hand.</summary>
    Starved,

    /// <summary>Something in it has not moved for two minutes.</summary>
    Stalled,
}

/// <summary>Where one source stands.</summary>
/// <param name="Stage">The stage that it is in, or the last that it was in.</param>
/// <param name="StageStartedAt">When it came into that stage; null while it waits for the next.</param>
/// <param name="Progress">Share of the stage that is done, 0 to 1; null where the stage cannot tell.</param>
/// <param name="Speed">Times real time, in this stage; null where it is not known.</param>
/// <param name="SecondsLeft">In this stage, at <paramref name="UpdatedAt"/>.</param>
/// <param name="Message">Why it waits or failed.</param>
public sealed record SourceProgress(
    string SourceKey,
    string Title,
    SourceState State,
    Stage Stage,
    DateTimeOffset? StageStartedAt,
    double? Progress,
    double? Speed,
    double? SecondsLeft,
    string? Message,
    TimeSpan? Duration,
    DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt);
