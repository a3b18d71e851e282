using Quartz;

namespace DrChaffee.Ingestion.Schedule.Jobs;

/// <summary><see cref="ScheduledJob.Retry"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class RetryJob(JobRecorder recorder, DueSources sources) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        recorder.RunAsync(context, ScheduledJob.Retry, sources.RetryAsync, cancellationToken);
}
