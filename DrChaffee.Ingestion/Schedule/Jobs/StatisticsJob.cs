using System.Globalization;
using DrChaffee.Domain.Library;
using Quartz;

namespace DrChaffee.Ingestion.Schedule.Jobs;

/// <summary><see cref="ScheduledJob.Statistics"/>. Its history tells how the library grew.</summary>
[DisallowConcurrentExecution]
internal sealed class StatisticsJob(JobRecorder recorder, LibraryQueries library) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        recorder.RunAsync(context, ScheduledJob.Statistics, CountAsync, cancellationToken);

    private async Task<string> CountAsync(CancellationToken cancellationToken)
    {
        var counts = await library.CountsAsync(cancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{counts.Sources:N0} recordings, {counts.Segments:N0} segments, {counts.Hours:N1} hours; {counts.WaitingSources:N0} waiting, {counts.FailedSources:N0} failed.");
    }
}
