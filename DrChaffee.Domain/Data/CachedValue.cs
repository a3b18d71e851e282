namespace DrChaffee.Domain.Data;

/// <summary>A value that is costly to find, remembered for a while; those who ask meanwhile share one look-up.</summary>
public sealed class CachedValue<T>(TimeSpan lifetime, TimeProvider time, Func<CancellationToken, Task<T>> find)
{
    private readonly Lock _gate = new();
    private Task<T>? _value;
    private Task<T>? _before;
    private DateTimeOffset _until;
    private DateTimeOffset _beforeUntil;

    public Task<T> GetAsync(CancellationToken cancellationToken) => Look(TimeSpan.Zero).Value.WaitAsync(cancellationToken);

    /// <summary>The same for those who cannot wait: what takes longer than <paramref name="patience"/> is found for those who ask later.</summary>
    /// <param name="grace">How much older than the lifetime the value may be that is told instead; where there is none, they wait.</param>
    public async Task<T> GetAsync(TimeSpan patience, TimeSpan grace, CancellationToken cancellationToken)
    {
        var (value, before) = Look(grace);
        if (before is null || value.IsCompleted) return await value.WaitAsync(cancellationToken);
        if (patience == TimeSpan.Zero) return await before;
        try
        {
            return await value.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException) when (!value.IsFaulted)
        {
            return await before;
        }
    }

    /// <returns>The value, which may be yet to be found, and the one before it unless that is too old.</returns>
    private (Task<T> Value, Task<T>? Before) Look(TimeSpan grace)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_value is null || _value.IsFaulted || _value.IsCanceled || (_value.IsCompleted && now >= _until))
            {
                if (_value is { IsCompletedSuccessfully: true }) (_before, _beforeUntil) = (_value, _until);
                _until = now + lifetime;
                _value = find(CancellationToken.None); // shared: one caller's leaving must not cancel it for the others
            }

            return (_value, now < _beforeUntil + grace ? _before : null);
        }
    }
}
