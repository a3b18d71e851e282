using System.Collections.Concurrent;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Lets a run ask a host for few recordings at once, however many it fetches side by side.</summary>
internal sealed class HostTurns
{
    /// <summary>What a browser would open to a host for media, and few enough not to be taken for an attack.</summary>
    private const int AtOnce = 2;

    private readonly ConcurrentDictionary<long, string> _fetching = new();
    private volatile TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _givenBack;

    /// <summary>Rises with each turn that is given back: a host may have begun to refuse.</summary>
    public int GivenBack => Volatile.Read(ref _givenBack);

    /// <summary>Ends when a turn was given back after this was asked for.</summary>
    public Task Freed => _freed.Task;

    public bool AnyTaken => !_fetching.IsEmpty;

    public bool IsFree(string host) => _fetching.Values.Count(taken => taken == host) < AtOnce;

    public bool IsAsked(string host) => _fetching.Values.Contains(host);

    public void Take(long source, string host) => _fetching[source] = host;

    public void GiveBack(long source)
    {
        if (!_fetching.TryRemove(source, out _)) return;
        Interlocked.Increment(ref _givenBack);
        Interlocked.Exchange(ref _freed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
