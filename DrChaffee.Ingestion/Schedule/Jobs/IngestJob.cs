using DrChaffee.Ingestion.Pipeline;
using Quartz;

namespace DrChaffee.Ingestion.Schedule.Jobs;

/// <summary><see cref="ScheduledJob.Ingest"/>. Begun again after its process was killed, it first lets go what that one had in hand, so that it is taken in the same night.</summary>
[DisallowConcurrentExecution]
internal sealed class IngestJob(JobRecorder recorder, ChannelRuns channels, WorkQueue queue) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => recorder.RunAsync(context, ScheduledJob.Ingest, async token =>
    {
        if (context.Recovering) await queue.OutwaitLeasesAsync(token);
        return await channels.TakeNewestAsync(token);
    }, cancellationToken);
}
