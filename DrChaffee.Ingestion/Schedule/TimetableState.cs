namespace DrChaffee.Ingestion.Schedule;

/// <summary>What is scheduled.</summary>
/// <param name="Cron">When the nightly run begins, in five fields; null: not by itself.</param>
/// <param name="DefaultCron">What the environment says, likewise.</param>
/// <param name="ChosenBy">Who chose it on the page; null where the environment decides.</param>
/// <param name="Next">The next five times of the nightly run, in the time zone.</param>
/// <param name="Refusal">Why this machine schedules nothing, in a sentence; null where it does.</param>
public sealed record TimetableState(
    string TimeZone, string? Cron, string Words, string? DefaultCron, string? ChosenBy, DateTimeOffset? ChosenAt, IReadOnlyList<DateTimeOffset> Next, string? Refusal,
    IReadOnlyList<JobState> Jobs);

/// <summary>One job, and how it stands with it.</summary>
/// <param name="Reason">Why it is refused or not scheduled, in a sentence.</param>
public sealed record JobState(
    string Name, string Does, string? Cron, string Words, JobStanding Standing, string? Reason, DateTimeOffset? NextAt, DateTimeOffset? RunningSince);

/// <summary>How it stands with a job.</summary>
public enum JobStanding
{
    Scheduled,
    Running,
    Paused,

    /// <summary>It has no time of its own; it can be run by hand.</summary>
    Off,

    /// <summary>It should be scheduled and is not.</summary>
    Unscheduled,

    /// <summary>The run mode forbids it.</summary>
    Refused,
}
