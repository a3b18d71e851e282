using System.Collections.Concurrent;
using DrChaffee.Domain.Operations;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Makes one batch of what the feed reads, and puts it into the queue of each client.</summary>
internal sealed class EventRelay(IngestionFeed feed) : IDisposable
{
    private readonly ConcurrentDictionary<ClientQueue, byte> _queues = new();
    private readonly Lock _gate = new();
    private IDisposable? _subscription;

    /// <summary>All events that are read from now on go into the queue.</summary>
    public void Join(ClientQueue queue)
    {
        lock (_gate)
        {
            _queues[queue] = 0;
            _subscription ??= feed.SubscribeToEvents(Relay);
        }
    }

    public void Leave(ClientQueue queue)
    {
        lock (_gate)
        {
            _queues.TryRemove(queue, out _);
            if (_queues.IsEmpty) Stop();
        }
    }

    public void Dispose()
    {
        lock (_gate) Stop();
    }

    private void Relay(IReadOnlyList<IngestionEvent> events)
    {
        var batch = new EventBatch(events);
        foreach (var (queue, _) in _queues) queue.Add(batch);
    }

    private void Stop()
    {
        _subscription?.Dispose();
        _subscription = null;
    }
}
