using DrChaffee.Domain.Settings;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>Brings Quartz's jobs and triggers to what the book says. What stands already as it should is left alone: so is what was missed meanwhile.</summary>
internal sealed class ScheduleSetup(ChaffeeSettings settings, ScheduleBook book)
{
    public async Task ApplyAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        foreach (var job in ScheduledJob.All)
        {
            if (job.Refusal(settings) is not null) await scheduler.DeleteJob(job.Key, cancellationToken);
            else await ApplyAsync(scheduler, job, cancellationToken);
        }
    }

    public async Task ApplyAsync(IScheduler scheduler, ScheduledJob job, CancellationToken cancellationToken)
    {
        var detail = JobBuilder.Create().OfType(job.Type).WithIdentity(job.Key).WithDescription(job.Does).StoreDurably().RequestRecovery(job == ScheduledJob.Ingest).Build();
        await scheduler.AddJob(detail, AddJobOptions.Replacing, cancellationToken);

        var schedule = (await book.FindAsync(job, cancellationToken)).Schedule;
        var trigger = await scheduler.GetTrigger(job.Trigger, cancellationToken) as ICronTrigger;
        if (schedule is null)
        {
            await scheduler.UnscheduleJob(job.Trigger, cancellationToken);
            return;
        }

        var cron = CronTimes.ToQuartz(schedule, settings.TimeZone);
        if (trigger is not null && trigger.CronExpressionString == cron.CronExpressionString && trigger.TimeZone.Id == settings.TimeZone.Id) return;
        var paused = trigger is not null && await scheduler.GetTriggerState(job.Trigger, cancellationToken) == TriggerState.Paused;
        var wanted = TriggerBuilder.Create().WithIdentity(job.Trigger).ForJob(job.Key).WithDescription(schedule.Text)
            .WithSchedule(CronScheduleBuilder.Create(cron).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
        await scheduler.ScheduleJob(wanted, ScheduleJobOptions.Replacing with { Paused = paused }, cancellationToken);
    }
}
