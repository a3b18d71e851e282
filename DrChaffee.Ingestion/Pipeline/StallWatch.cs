namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Notices a stage that has not moved for long, and stops it.</summary>
internal sealed class StallWatch : IProgress<double>, IDisposable
{
    /// <summary>How long a stage that was told to stop may take before it is left behind.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly IProgress<double> _inner;
    private readonly TimeSpan _limit;
    private readonly ITimer _timer;
    private double _furthest = -1;
    private bool _disposed;

    public StallWatch(IProgress<double> inner, CancellationTokenSource stop, TimeSpan limit, TimeProvider time)
    {
        (_inner, _limit) = (inner, limit);
        _timer = time.CreateTimer(_ => Stop(stop), null, limit, Timeout.InfiniteTimeSpan);
    }

    public bool Stalled { get; private set; }

    /// <summary>Cancelled where the stage did not even stop.</summary>
    public CancellationToken GivenUp => _givenUp.Token;

    public void Report(double value)
    {
        lock (_gate)
        {
            if (!_disposed && !Stalled && value > _furthest)
            {
                _furthest = value;
                _timer.Change(_limit, Timeout.InfiniteTimeSpan);
            }
        }

        _inner.Report(value);
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _timer.Dispose();
        _givenUp.Dispose();
    }

    private void Stop(CancellationTokenSource stop)
    {
        lock (_gate)
        {
            if (_disposed) return;
            if (Stalled)
            {
                _givenUp.Cancel();
                return;
            }

            Stalled = true;
            _timer.Change(Grace, Timeout.InfiniteTimeSpan);
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this moment.
        }
    }
}
