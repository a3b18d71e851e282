using System.Collections.Concurrent;
using System.Threading.Channels;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Runs;

/// <summary>Runs that were started from a page or by another program: they wait here and are done one after the other, in this process.</summary>
public sealed class IngestionRuns(IngestionPolicy policy)
{
    private const int MostWaiting = 8;

    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _stops = new();
    private readonly Channel<IngestionRequest> _waiting = Channel.CreateBounded<IngestionRequest>(MostWaiting);

    /// <summary>Gives the run's number at once; the run itself follows in the background.</summary>
    /// <exception cref="IngestionRefusedException">This machine may not do that, or too many runs wait already.</exception>
    public Task<Guid> StartAsync(IngestionRequest request)
    {
        policy.Check(request);
        _stops[request.RunId] = new CancellationTokenSource();
        if (_waiting.Writer.TryWrite(request)) return Task.FromResult(request.RunId);
        Forget(request.RunId);
        throw new IngestionRefusedException($"{MostWaiting} runs wait already; start this one when they are done.");
    }

    /// <summary>Stops a run that waits or works; what it had in hand is taken up by the next. False where there is no such run in this process.</summary>
    public bool RequestStop(Guid runId)
    {
        if (!_stops.TryGetValue(runId, out var stop)) return false;
        try
        {
            stop.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false; // it has just ended
        }
    }

    internal IAsyncEnumerable<IngestionRequest> WaitingAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);

    internal CancellationToken StopOf(Guid runId) => _stops[runId].Token;

    internal void Forget(Guid runId)
    {
        if (_stops.TryRemove(runId, out var stop)) stop.Dispose();
    }
}

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

    [LoggerMessage(LogLevel.Error, "Run {RunId} ended by a fault.")]
    private partial void LogFailed(Exception exception, Guid runId);
}
