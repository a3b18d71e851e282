using DrChaffee.Domain.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Works on what is queued or due, whoever queued it, until the process stops. What it has in hand then goes back to the queue.</summary>
internal sealed partial class QueueWorker(IngestionPipeline pipeline, WorkQueue queue, TimeProvider time, ILogger<QueueWorker> logger) : BackgroundService
{
    private const int LookedAt = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogBegun();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await IsAnythingDueAsync(stoppingToken)) await pipeline.RunAsync(IngestionRequest.TakeUp(), stoppingToken);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    /// <summary>A run that finds nothing would stand in the history all the same.</summary>
    private async Task<bool> IsAnythingDueAsync(CancellationToken cancellationToken) =>
        (await queue.LookAsync([], onlyOwn: false, 0, LookedAt, cancellationToken)).Any(source => WaitReason.Obstacle(source.Standing, time.GetUtcNow(), time.LocalTimeZone) is null);

    [LoggerMessage(LogLevel.Information, "This process works on what is queued, until it is stopped.")]
    private partial void LogBegun();

    [LoggerMessage(LogLevel.Warning, "What is queued could not be worked on; it is tried again in a moment.")]
    private partial void LogFailed(Exception exception);
}
