using System.Collections.Concurrent;
using System.Threading.Channels;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Runs that were started from a page or by another program: they wait here and are done one after the other, in this process.</summary>
public sealed class IngestionRuns(IngestionPolicy policy)
{
    private const int MostWaiting = 8;

    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _stops = new();
    private readonly Channel<IngestionRequest> _waiting = Channel.CreateBounded<IngestionRequest>(MostWaiting);

    /// <summary>Gives the run's number at once; the run itself follows in the background.</summary>
    /// <exception cref="IngestionRefusedException">This machine may not do that, or too many runs wait already.</exception>
    public Task<Guid> StartAsync(IngestionRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        policy.Check(request);
        _stops[request.RunId] = new CancellationTokenSource();
        if (_waiting.Writer.TryWrite(request)) return Task.FromResult(request.RunId);
        Forget(request.RunId);
        throw new IngestionRefusedException($"{MostWaiting} runs wait already; start this one when they are done.");
    }

    /// <summary>Whether a run waits or works in this process, and was not told to stop.</summary>
    public bool CanStop(Guid runId) => _stops.TryGetValue(runId, out var stop) && !stop.IsCancellationRequested;

    /// <summary>Has what is queued worked on now rather than at the next turn of the schedule; a machine that does no more than it was asked to waits for that.</summary>
    internal void TakeUp()
    {
        if (policy.Refusal is not null || !policy.TakesUpOthers || _waiting.Reader.Count > 0) return; // a run that waits takes it up too
        var request = IngestionRequest.TakeUp();
        _stops[request.RunId] = new CancellationTokenSource();
        if (!_waiting.Writer.TryWrite(request)) Forget(request.RunId);
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
