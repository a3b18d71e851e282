using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Says when a source that failed is tried again, if it is tried again by itself at all.</summary>
internal static class RetryPolicy
{
    /// <summary>A process that ends while it works may have been ended by the source itself: after so many times a person must look.</summary>
    public const int MostAbandoned = 25;

    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(24);

    /// <param name="attempts">How often it was tried, this time included; 1 or more.</param>
    /// <param name="retryAfter">What the host asked for, or until its circuit lets a request through; null where it said nothing.</param>
    /// <param name="jitter">0 to 1: spreads what failed together over a while.</param>
    /// <returns>Null where it waits for a person.</returns>
    public static TimeSpan? Next(FailureClass failureClass, int attempts, TimeSpan? retryAfter, double jitter)
    {
        var (most, first, longest) = failureClass switch
        {
            FailureClass.Transient => (8, TimeSpan.FromSeconds(30), TimeSpan.FromHours(6)),
            FailureClass.Blocked => (5, TimeSpan.FromMinutes(15), TimeSpan.FromHours(12)),
            FailureClass.Ours => (3, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)),
            _ => (0, TimeSpan.Zero, TimeSpan.Zero), // it stays as it is until a person changes something
        };
        if (attempts >= most) return null;

        var backoff = TimeSpan.FromSeconds(Math.Min(first.TotalSeconds * Math.Pow(2, attempts - 1), longest.TotalSeconds)) * (0.8 + 0.4 * jitter);
        return retryAfter is { } asked && asked > backoff ? Least(asked, LongestAsked) + first * 0.2 * jitter : backoff;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
