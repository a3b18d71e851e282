using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Domain.Operations;

/// <summary>Follows <c>ingestion_events</c>, whichever process writes them, and tells subscribers in this process. A view of the table: a second tab or a restarted server ends in the same picture.</summary>
public sealed partial class IngestionFeed(IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time, ILogger<IngestionFeed> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300); // so subscribers hear at most about three times a second
    private const int PausesUntilOldRunsGo = 100;
    private const int RunsToReplay = 20;
    private const int BatchSize = 2_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly SnapshotBuilder _builder = new();
    private Action<IngestionSnapshot>[] _subscribers = [];
    private CancellationTokenSource? _stop;
    private Task _following = Task.CompletedTask;
    private long? _readUpTo;
    private long _told;

    /// <summary>The latest picture; it stands still while nobody is subscribed.</summary>
    public IngestionSnapshot Current { get; private set; } = IngestionSnapshot.Empty;

    /// <summary>Reads what is new and gives the picture, for a reader that asks once.</summary>
    public async Task<IngestionSnapshot> LatestAsync(CancellationToken cancellationToken)
    {
        await ReadOnAsync(cancellationToken);
        return Current;
    }

    /// <summary>Calls back with each new picture, at most about three times a second, on a thread of the feed. Dispose to stop.</summary>
    public IDisposable Subscribe(Action<IngestionSnapshot> onChange)
    {
        lock (_gate)
        {
            _subscribers = [.. _subscribers, onChange];
            if (_stop is null)
            {
                _stop = new CancellationTokenSource();
                _following = FollowAsync(_following, _stop.Token);
            }
        }

        return new Subscription(this, onChange);
    }

    public async ValueTask DisposeAsync()
    {
        Task following;
        lock (_gate)
        {
            _subscribers = [];
            StopFollowing();
            following = _following;
        }

        await following;
        _reading.Dispose();
    }

    private async Task FollowAsync(Task before, CancellationToken cancellationToken)
    {
        await before;
        try
        {
            for (var (pauses, first) = (1, true); ; pauses++, first = false)
            {
                await TryReadOnAsync(cancellationToken);
                if (Current.LastEventId != _told || first || pauses % PausesUntilOldRunsGo == 0) Tell(); // a reader that asked once may have read what is new
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private async Task TryReadOnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadOnAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogOutOfReach(ex); // the picture stays as it is until the database is back
            await Task.Delay(10 * Pause, time, cancellationToken);
        }
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var from = _readUpTo ?? await BeforeRecentRunsAsync(db, cancellationToken);
            for (var full = true; full;)
            {
                var events = await db.IngestionEvents.AsNoTracking().Where(e => e.Id > from).OrderBy(e => e.Id).Take(BatchSize).ToListAsync(cancellationToken);
                _builder.Apply(events);
                full = events.Count == BatchSize;
                _readUpTo = from = events.Count > 0 ? events[^1].Id : from;
            }

            Current = _builder.Picture(time.GetUtcNow());
        }
        finally
        {
            _reading.Release();
        }
    }

    private static async Task<long> BeforeRecentRunsAsync(ChaffeeDbContext db, CancellationToken cancellationToken) =>
        await db.IngestionEvents.Where(e => e.Kind == IngestionEventKind.RunStarted)
            .OrderByDescending(e => e.Id).Take(RunsToReplay).MinAsync(e => (long?)e.Id, cancellationToken) - 1 ?? 0;

    private void Tell()
    {
        var picture = Current;
        _told = picture.LastEventId;
        foreach (var subscriber in _subscribers)
        {
            try
            {
                subscriber(picture);
            }
            catch (Exception ex)
            {
                LogSubscriberFailed(ex); // one page's fault must not blind the others
            }
        }
    }

    private void Unsubscribe(Action<IngestionSnapshot> onChange)
    {
        lock (_gate)
        {
            var place = Array.IndexOf(_subscribers, onChange);
            if (place < 0) return;
            _subscribers = [.. _subscribers[..place], .. _subscribers[(place + 1)..]];
            if (_subscribers.Length == 0) StopFollowing();
        }
    }

    private void StopFollowing()
    {
        _stop?.Cancel();
        _stop?.Dispose();
        _stop = null;
    }

    private sealed class Subscription(IngestionFeed feed, Action<IngestionSnapshot> onChange) : IDisposable
    {
        private Action<IngestionSnapshot>? _onChange = onChange;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _onChange, null) is { } subscribed) feed.Unsubscribe(subscribed);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The events of ingestion are out of reach.")]
    private partial void LogOutOfReach(Exception exception);

    [LoggerMessage(LogLevel.Error, "A subscriber to the events of ingestion failed.")]
    private partial void LogSubscriberFailed(Exception exception);
}
