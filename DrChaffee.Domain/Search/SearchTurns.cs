using System.Threading.RateLimiting;

namespace DrChaffee.Domain.Search;

/// <summary>
/// Lets two searches for each processor, and four at least, work at once; the others wait in the order they came. Where all share the processors at once, as many
/// are answered, but the unlucky ones late: with 32 clients on two cores the 95th percentile is 1.6 times the median, in turns 1.2 times. A question is embedded before its turn,
/// for that may mean waiting for another machine.
/// </summary>
internal sealed class SearchTurns : IDisposable
{
    /// <summary>Some seconds' worth of searches: who comes later would have gone away before the answer.</summary>
    private const int MostWaiting = 1_000;

    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Math.Max(2, Environment.ProcessorCount) * 2,
        QueueLimit = MostWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Returns when it is this search's turn, which ends when what it returns is disposed of.</summary>
    /// <exception cref="SearchBusyException">Too many wait already.</exception>
    public async ValueTask<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        var turn = await _limiter.AcquireAsync(cancellationToken: cancellationToken);
        return turn.IsAcquired ? turn : throw new SearchBusyException();
    }

    public void Dispose() => _limiter.Dispose();
}

/// <summary>More searches wait than can be answered soon.</summary>
public sealed class SearchBusyException() : Exception("Too many searches are waiting; try again in a moment.");
