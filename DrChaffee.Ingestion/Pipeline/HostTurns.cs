namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Lets a run ask a host for few recordings at once, however many it fetches side by side.</summary>
internal sealed class HostTurns
{
    /// <summary>What a browser would open to a host for media, and few enough not to be taken for an attack.</summary>
    private const int AtOnce = 2;

    private readonly Lock _gate = new(); // who sees a turn free sees that it was given back, too
    private readonly Dictionary<long, string> _fetching = [];
    private volatile TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _givenBack;

    /// <summary>Rises with each turn that is given back: a host may have begun to refuse.</summary>
    public int GivenBack
    {
        get
        {
            lock (_gate) return _givenBack;
        }
    }

    /// <summary>Ends when a turn was given back after this was asked for.</summary>
    public Task Freed => _freed.Task;

    public bool AnyTaken
    {
        get
        {
            lock (_gate) return _fetching.Count > 0;
        }
    }

    public bool IsFree(string host) => Taken(host) < AtOnce;

    public bool IsAsked(string host) => Taken(host) > 0;

    public void Take(long source, string host)
    {
        lock (_gate) _fetching[source] = host;
    }

    public void GiveBack(long source)
    {
        lock (_gate)
        {
            if (!_fetching.Remove(source)) return;
            _givenBack++;
        }

        Interlocked.Exchange(ref _freed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private int Taken(string host)
    {
        lock (_gate) return _fetching.Values.Count(taken => taken == host);
    }
}
