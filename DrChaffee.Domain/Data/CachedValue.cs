namespace DrChaffee.Domain.Data;

/// <summary>A value that is costly to find, remembered for a while; those who ask meanwhile share one look-up.</summary>
public sealed class CachedValue<T>(TimeSpan lifetime, TimeProvider time, Func<CancellationToken, Task<T>> find)
{
    private readonly Lock _gate = new();
    private Task<T>? _value;
    private DateTimeOffset _until;

    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_value is null || _value.IsFaulted || _value.IsCanceled || (_value.IsCompleted && time.GetUtcNow() >= _until))
            {
                _until = time.GetUtcNow() + lifetime;
                _value = find(CancellationToken.None); // shared: one caller's leaving must not cancel it for the others
            }

            return _value.WaitAsync(cancellationToken);
        }
    }
}
