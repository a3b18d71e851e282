using System.Threading.Channels;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What one client is yet to be sent. One that is too slow loses its place instead of memory: it begins anew with the picture.</summary>
internal sealed class ClientQueue
{
    public const int MostBatches = 32;

    private readonly Channel<EventBatch> _batches = Channel.CreateBounded<EventBatch>(new BoundedChannelOptions(MostBatches) { SingleReader = true });
    private volatile bool _overflowed;

    public void Add(EventBatch batch)
    {
        if (!_overflowed && !_batches.Writer.TryWrite(batch)) _overflowed = true;
    }

    /// <summary>Forgets what is queued; what comes from now on is kept.</summary>
    public void Restart()
    {
        _overflowed = false;
        while (_batches.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>The next batch in turn, or null where the client was too slow and must begin anew.</summary>
    public async ValueTask<EventBatch?> NextAsync(CancellationToken cancellationToken)
    {
        if (_overflowed) return null;
        await _batches.Reader.WaitToReadAsync(cancellationToken);
        return !_overflowed && _batches.Reader.TryRead(out var batch) ? batch : null;
    }
}
