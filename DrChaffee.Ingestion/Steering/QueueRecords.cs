using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Steering;

/// <summary>Which recordings are listed. Without a state or class: those that wait.</summary>
public sealed record QueueFilter
{
    public SourceState? State { get; init; }

    /// <summary>Only what failed so.</summary>
    public FailureClass? FailureClass { get; init; }

    /// <summary>The channel's title or address.</summary>
    public string? Channel { get; init; }
    public bool WithoutSetAside { get; init; }

    /// <summary>All that the program which failed had to say may be long; a page reads it when somebody looks.</summary>
    public bool WithDetail { get; init; }
    public int Take { get; init; } = 20;
    public int Skip { get; init; }
}

/// <summary>One recording as an admin steers it.</summary>
/// <param name="Reason">Why it failed, or what it waits for outside.</param>
/// <param name="Waits">Why nobody works on it now, in a sentence; null where somebody does, or it is done.</param>
/// <param name="Place">1 for the one that is taken first; null for one that is not in line: tried again later, waiting for a person, or set aside.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="CanRetry">False where nobody knows how to get its media, or somebody works on it.</param>
public sealed record QueueItem(
    string SourceKey,
    string Title,
    SourceState State,
    Stage Stage,
    FailureClass? FailureClass,
    string? Reason,
    string? Waits,
    string? Detail,
    bool HasDetail,
    int Attempts,
    DateTimeOffset? NextTryAt,
    int Priority,
    bool SetAside,
    int? Place,
    string? Channel,
    long? ChannelId,
    bool ChannelPaused,
    double? Duration,
    bool CanRetry,
    DateTimeOffset UpdatedAt);

/// <summary>All that waits, and is not set aside.</summary>
/// <param name="Hours">Of audio, as far as lengths are known.</param>
/// <param name="OfUnknownLength">How many have no known length.</param>
/// <param name="TimeLeft">What all that can start now takes at the pace of the last hours; null where there is none.</param>
public sealed record QueueOverview(double Hours, int OfUnknownLength, int SetAside, TimeSpan? TimeLeft);

/// <summary>What failed in one way, and was not set aside.</summary>
/// <param name="NextTryAt">The first that is tried again by itself.</param>
/// <param name="ForAPerson">How many are not.</param>
/// <param name="CanRetry">How many a person can have tried again.</param>
public sealed record FailureGroup(FailureClass FailureClass, int Count, DateTimeOffset? NextTryAt, int ForAPerson, int CanRetry);

/// <summary>The latest failure of a class, with all that is known of it.</summary>
public sealed record LastFailure(FailureClass FailureClass, string SourceKey, Stage Stage, int Attempts, DateTimeOffset At, string? Reason, string? Detail);
