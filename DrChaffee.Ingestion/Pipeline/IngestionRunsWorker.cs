using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Does the waiting runs, one after the other.</summary>
internal sealed partial class IngestionRunsWorker(IngestionRuns runs, IngestionPipeline pipeline, ILogger<IngestionRunsWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var request in runs.WaitingAsync(stoppingToken))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, runs.StopOf(request.RunId));
            try
            {
                var report = await pipeline.RunAsync(request, stop.Token);
                LogDone(request.RunId, report.Counts.Done, report.Counts.Failed);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                LogStopped(request.RunId);
            }
            catch (IngestionException ex)
            {
                LogNotDone(request.RunId, ex.Message);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogFailed(ex, request.RunId);
            }
            finally
            {
                runs.Forget(request.RunId);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Run {RunId} ended: {Done} done, {Failed} failed.")]
    private partial void LogDone(Guid runId, int done, int failed);

    [LoggerMessage(LogLevel.Information, "Run {RunId} was stopped.")]
    private partial void LogStopped(Guid runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} could not be done: {Reason}")]
    private partial void LogNotDone(Guid runId, string reason);

    [LoggerMessage(LogLevel.Error, "Run {RunId} ended by a fault.")]
    private partial void LogFailed(Exception exception, Guid runId);
}
