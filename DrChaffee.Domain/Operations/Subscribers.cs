namespace DrChaffee.Domain.Operations;

/// <summary>Who is told of something, one after the other. Telling takes no lock, so nobody who comes or goes holds it up.</summary>
internal sealed class Subscribers<T>(Action<Exception> onFault)
{
    private readonly Lock _gate = new();
    private Action<T>[] _all = [];

    public int Count => _all.Length;

    public void Add(Action<T> subscriber)
    {
        lock (_gate) _all = [.. _all, subscriber];
    }

    public void Remove(Action<T> subscriber)
    {
        lock (_gate)
        {
            var place = Array.IndexOf(_all, subscriber);
            if (place >= 0) _all = [.. _all[..place], .. _all[(place + 1)..]];
        }
    }

    public void Clear()
    {
        lock (_gate) _all = [];
    }

    public void Tell(T news)
    {
        foreach (var subscriber in _all)
        {
            try
            {
                subscriber(news);
            }
            catch (Exception ex)
            {
                onFault(ex); // one's fault must not blind the others
            }
        }
    }
}
