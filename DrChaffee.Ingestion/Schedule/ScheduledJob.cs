using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Schedule.Jobs;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>One job that runs by the clock.</summary>
public sealed record ScheduledJob
{
    private ScheduledJob(string name, string does, Type type, string? cron, bool takesInAtWill) => (Name, Does, Type, _cron, TakesInAtWill) = (name, does, type, cron, takesInAtWill);

    internal const string TriggerGroup = "schedule";

    /// <summary>The triggers that a production machine never fires, whoever made them.</summary>
    internal const string AtWill = "at-will";

    private readonly string? _cron;

    /// <summary>The channels that are due.</summary>
    public static readonly ScheduledJob Rescan = new("rescan", "Looks at each subscribed channel that is due, and takes in what is new.", typeof(RescanJob), "*/5 * * * *", takesInAtWill: true);

    /// <summary>The nightly run; the only one whose time the environment or an admin sets.</summary>
    public static readonly ScheduledJob Ingest = new("ingest", "Takes in the newest few recordings of the subscribed channels.", typeof(IngestJob), cron: null, takesInAtWill: false);
    public static readonly ScheduledJob Retry = new("retry", "Tries again what failed for a passing reason and is due.", typeof(RetryJob), "2-59/5 * * * *", takesInAtWill: true);
    public static readonly ScheduledJob CleanUp = new("clean-up", "Removes old events, old job runs, and files that nobody needs any more.", typeof(CleanUpJob), "40 3 * * *", takesInAtWill: false);
    public static readonly ScheduledJob Statistics = new("statistics", "Counts afresh what the dashboard and /health show.", typeof(StatisticsJob), "7,37 * * * *", takesInAtWill: false);

    public static readonly IReadOnlyList<ScheduledJob> All = [Rescan, Ingest, Retry, CleanUp, Statistics];

    public string Name { get; }

    /// <summary>In a sentence.</summary>
    public string Does { get; }

    internal Type Type { get; }

    internal JobKey Key => new(Name);

    internal TriggerKey Trigger => new(Name, TriggerGroup);

    internal string? ExecutionGroup => TakesInAtWill ? AtWill : null;

    /// <summary>True where it takes in as much as there is, which a production machine refuses.</summary>
    private bool TakesInAtWill { get; }

    public static ScheduledJob? Find(string name) => All.FirstOrDefault(job => job.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The time that goes with the program or the environment; null: it does not run by itself.</summary>
    public CronSchedule? DefaultSchedule(ChaffeeSettings settings) =>
        _cron is null ? settings.IngestionSchedule : CronSchedule.TryParse(_cron, out var schedule, out var fault) ? schedule : throw new InvalidOperationException(fault);

    /// <summary>Whether this process says when the job runs; otherwise that stands as others on the database left it.</summary>
    internal bool IsSetBy(ChaffeeSettings settings) => _cron is not null || (settings.IngestionScheduleGiven && !settings.WorkerOnly);

    /// <summary>Why the job does not run on this machine at all, in a sentence; null where it does.</summary>
    public string? Refusal(ChaffeeSettings settings) => settings.Mode == RunMode.Production && TakesInAtWill
        ? $"On this machine only the nightly run takes recordings in: {settings.ModeReason ?? "INCREMENTAL_ONLY is true"}."
        : null;
}
