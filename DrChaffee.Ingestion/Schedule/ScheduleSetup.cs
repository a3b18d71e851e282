using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>
/// Brings Quartz's jobs and triggers to what the book says. What stands already as it should is left alone: so is what was missed meanwhile, and what other processes
/// run that this one may not.
/// </summary>
internal sealed class ScheduleSetup(ChaffeeSettings settings, ScheduleBook book)
{
    public async Task ApplyAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        foreach (var job in ScheduledJob.All.Where(job => job.Refusal(settings) is null)) await ApplyAsync(scheduler, job, cancellationToken);
    }

    public async Task ApplyAsync(IScheduler scheduler, ScheduledJob job, CancellationToken cancellationToken) =>
        await ApplyAsync(scheduler, job, (await book.FindAsync(job, cancellationToken)).Schedule, cancellationToken);

    /// <param name="schedule">Null: it does not run by itself.</param>
    public async Task ApplyAsync(IScheduler scheduler, ScheduledJob job, CronSchedule? schedule, CancellationToken cancellationToken)
    {
        var detail = JobBuilder.Create().OfType(job.Type).WithIdentity(job.Key).WithDescription(job.Does).StoreDurably().RequestRecovery(job == ScheduledJob.Ingest).Build();
        await scheduler.AddJob(detail, AddJobOptions.Replacing, cancellationToken);
        if (schedule is null)
        {
            await scheduler.UnscheduleJob(job.Trigger, cancellationToken);
            return;
        }

        var cron = CronTimes.ToQuartz(schedule, settings.TimeZone);
        var trigger = await scheduler.GetTrigger(job.Trigger, cancellationToken) as ICronTrigger;
        if (trigger is not null && trigger.ExecutionGroup == job.ExecutionGroup && (settings.WorkerOnly || IsOf(trigger, cron))) return;
        var paused = trigger is not null && await scheduler.GetTriggerState(job.Trigger, cancellationToken) == TriggerState.Paused;
        var wanted = TriggerBuilder.Create().WithIdentity(job.Trigger).ForJob(job.Key).WithDescription(schedule.Text).WithExecutionGroup(job.ExecutionGroup)
            .WithSchedule(CronScheduleBuilder.Create(cron).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
        await scheduler.ScheduleJob(wanted, ScheduleJobOptions.Replacing with { Paused = paused }, cancellationToken);
    }

    private bool IsOf(ICronTrigger trigger, CronExpression cron) => trigger.CronExpressionString == cron.CronExpressionString && trigger.TimeZone.Id == settings.TimeZone.Id;
}
