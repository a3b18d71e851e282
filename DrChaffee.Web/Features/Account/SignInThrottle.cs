using System.Collections.Concurrent;
using System.Net;
using DrChaffee.Web.Features.Guard;

namespace DrChaffee.Web.Features.Account;

/// <summary>Makes whoever guesses passwords wait: after five failures from one address, twice as long each time, up to a quarter of an hour.</summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    private const int FreeAttempts = 5;
    private const int MostAddresses = 10_000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, Attempts> _byAddress = new();

    /// <summary>
    /// Counts an attempt before the password is checked, so that a hundred sent at once are a hundred.
    /// False where the address must still wait; then <paramref name="wait"/> says how long.
    /// </summary>
    public bool TryBegin(IPAddress? address, out TimeSpan wait)
    {
        var now = time.GetUtcNow();
        if (_byAddress.Count >= MostAddresses) Forget(now);
        var refused = TimeSpan.Zero;
        _byAddress.AddOrUpdate(ClientAddress.Key(address), _ => new Attempts(1, now), (_, attempts) =>
        {
            refused = TimeSpan.Zero; // may run twice
            if (now - attempts.Last > LongestWait) return new Attempts(1, now);
            var free = attempts.Last + Delay(attempts.Count);
            if (free <= now) return new Attempts(attempts.Count + 1, now);
            refused = free - now;
            return attempts;
        });
        wait = refused;
        return refused == TimeSpan.Zero;
    }

    public void Succeeded(IPAddress? address) => _byAddress.TryRemove(ClientAddress.Key(address), out _);

    private static TimeSpan Delay(int failures) => failures < FreeAttempts
        ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << Math.Min(failures - FreeAttempts, 10)));

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, attempts) in _byAddress)
            if (now - attempts.Last > LongestWait) _byAddress.TryRemove(key, out _);
    }

    private sealed record Attempts(int Count, DateTimeOffset Last);
}
