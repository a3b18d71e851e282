using System.Diagnostics.Metrics;
using DrChaffee.Domain.Data;

namespace DrChaffee.Domain.Telemetry;

/// <summary>What only the database can tell, as it was when it last answered.</summary>
public sealed class LastKnown<T>(TimeSpan lifetime, DatabaseState database, TimeProvider time, Func<CancellationToken, Task<T>> find) where T : class
{
    private readonly CachedValue<T> _answer = new(lifetime, time, find);
    private T? _value;

    /// <summary>Null until the database has answered once. Reading it never waits and never throws; a value that has grown old is asked for anew behind it.</summary>
    public T? Value
    {
        get
        {
            _ = RefreshAsync();
            return _value;
        }
    }

    /// <summary>One figure of it for a gauge; nothing while it is not known.</summary>
    public IEnumerable<Measurement<TFigure>> Tell<TFigure>(Func<T, TFigure?> figure) where TFigure : struct => Value is { } value && figure(value) is { } known ? [new Measurement<TFigure>(known)] : [];

    /// <summary>Ends when the value is as new as it can be; never throws.</summary>
    public async Task RefreshAsync()
    {
        try
        {
            if (await database.ModeAsync(CancellationToken.None) != DatabaseMode.Unreachable) _value = await _answer.GetAsync(CancellationToken.None);
        }
        catch (Exception)
        {
            // It stays as it was: that the database does not answer, or refuses, is told by those who need it.
        }
    }
}
