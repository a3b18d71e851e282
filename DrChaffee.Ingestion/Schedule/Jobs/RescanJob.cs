using Quartz;

namespace DrChaffee.Ingestion.Schedule.Jobs;

/// <summary><see cref="ScheduledJob.Rescan"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class RescanJob(JobRecorder recorder, ChannelRuns channels) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        recorder.RunAsync(context, ScheduledJob.Rescan, channels.RescanAsync, cancellationToken);
}
