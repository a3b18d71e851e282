using Quartz;

namespace DrChaffee.Ingestion.Schedule.Jobs;

/// <summary><see cref="ScheduledJob.Ingest"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class IngestJob(JobRecorder recorder, ChannelRuns channels) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        recorder.RunAsync(context, ScheduledJob.Ingest, channels.TakeNewestAsync, cancellationToken);
}
