using DrChaffee.Domain.Data;
using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>What an admin does with the schedule: another time, run now, pause, resume. Whatever process does it, every process goes by it.</summary>
public sealed class ScheduleControl
{
    internal const string AskedBy = "asked_by";

    private readonly ChaffeeSettings _settings;
    private readonly IngestionPolicy _policy;
    private readonly DatabaseState _database;
    private readonly ISchedulerFactory _schedulers;
    private readonly ScheduleBook _book;
    private readonly ScheduleSetup _setup;

    internal ScheduleControl(ChaffeeSettings settings, IngestionPolicy policy, DatabaseState database, ISchedulerFactory schedulers, ScheduleBook book, ScheduleSetup setup) =>
        (_settings, _policy, _database, _schedulers, _book, _setup) = (settings, policy, database, schedulers, book, setup);

    /// <param name="cron">Five fields; <c>off</c>: it does not run by itself; <c>default</c>: the environment decides again.</param>
    /// <returns>What holds now, in a sentence.</returns>
    /// <exception cref="ScheduleFaultException">The text is none of these.</exception>
    /// <exception cref="IngestionRefusedException">This machine may not do that.</exception>
    public async Task<string> ChangeAsync(string? cron, string by, CancellationToken cancellationToken)
    {
        var job = ScheduledJob.Ingest;
        var (byDefault, schedule) = Read(cron);
        var scheduler = await SchedulerAsync(job, cancellationToken);
        if (byDefault) await _book.ForgetAsync(job, cancellationToken);
        else await _book.ChooseAsync(job, schedule, by, cancellationToken);
        var now = byDefault ? job.DefaultSchedule(_settings) : schedule;
        await _setup.ApplyAsync(scheduler, job, now, cancellationToken);
        return now is null ? "The nightly run does not begin by itself any more." : $"The nightly run begins {now.Words} ({_settings.TimeZone.Id}).";
    }

    /// <returns>What happens now, in a sentence.</returns>
    /// <exception cref="IngestionRefusedException">This machine may not do that.</exception>
    public async Task<string> RunNowAsync(ScheduledJob job, string by, CancellationToken cancellationToken)
    {
        var scheduler = await SchedulerAsync(job, cancellationToken);
        await GuardAsync(job, scheduler, cancellationToken);
        await scheduler.TriggerJob(job.Key, new JobDataMap { [AskedBy] = by }, cancellationToken);
        return $"{job.Name} begins now.";
    }

    /// <exception cref="IngestionRefusedException">This machine may not do that, or the job has no time to pause.</exception>
    public async Task<string> PauseAsync(ScheduledJob job, string by, CancellationToken cancellationToken)
    {
        var scheduler = await SchedulerAsync(job, cancellationToken);
        if (!await scheduler.PauseTriggerWith(job.Trigger, new PauseDetails { RequestedBy = by }, cancellationToken))
            throw new IngestionRefusedException($"{job.Name} does not run by itself, so there is nothing to pause; set its schedule first.");
        return $"{job.Name} is paused; a run in progress goes on to its end.";
    }

    /// <exception cref="IngestionRefusedException">This machine may not do that, or the job has no time to resume.</exception>
    public async Task<string> ResumeAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        var scheduler = await SchedulerAsync(job, cancellationToken);
        if (!await scheduler.ResumeTrigger(job.Trigger, cancellationToken))
            throw new IngestionRefusedException($"{job.Name} does not run by itself, so there is nothing to resume; set its schedule first.");
        return $"{job.Name} goes on; what it missed meanwhile is made up for by one run.";
    }

    private static (bool ByDefault, CronSchedule? Schedule) Read(string? cron)
    {
        switch (cron?.Trim().ToLowerInvariant())
        {
            case null or "": throw new ScheduleFaultException("cron is missing; write five fields such as 0 2 * * *, or off, or default.");
            case "default": return (true, null);
            case "off": return (false, null);
        }

        return CronSchedule.TryParse(cron, out var schedule, out var fault) ? (false, schedule) : throw new ScheduleFaultException(fault);
    }

    private async Task<IScheduler> SchedulerAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        if ((_policy.Refusal ?? job.Refusal(_settings)) is { } refusal) throw new IngestionRefusedException(refusal);
        if (await _database.ModeAsync(cancellationToken) == DatabaseMode.ReadOnly)
            throw new IngestionRefusedException("The database can only be read here, so nothing is scheduled; change the schedule on the machine that writes to it.");
        return await _schedulers.GetScheduler(cancellationToken);
    }

    private async Task GuardAsync(ScheduledJob job, IScheduler scheduler, CancellationToken cancellationToken)
    {
        if (await scheduler.GetJobDetail(job.Key, cancellationToken) is null) await _setup.ApplyAsync(scheduler, job, cancellationToken);
    }
}

/// <summary>What was written is no schedule; the message says why in a sentence.</summary>
public sealed class ScheduleFaultException(string message) : IngestionException(message);
