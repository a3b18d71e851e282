using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Domain.Operations;

/// <summary>Follows <c>ingestion_events</c>, whichever process writes them, and tells subscribers in this process. A view of the table: a second tab or a restarted server ends in the same picture.</summary>
public sealed partial class IngestionFeed : IAsyncDisposable
{
    /// <summary>Asked rather than told by the database, since a replica cannot listen.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(333); // as often as a page can be read

    /// <summary>Shares and times go on while nothing happens, and what was shown long enough goes.</summary>
    private static readonly TimeSpan TellAtLeastEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AwayPause = TimeSpan.FromSeconds(3);
    private const int BatchSize = 500;

    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly SnapshotBuilder _builder = new();
    private readonly Subscribers<IngestionSnapshot> _ofPictures;
    private readonly Subscribers<IReadOnlyList<IngestionEvent>> _ofEvents;
    private CancellationTokenSource? _stop;
    private Task _following = Task.CompletedTask;
    private bool _readBefore;
    private long _told;

    public IngestionFeed(IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time, ILogger<IngestionFeed> logger)
    {
        (_contexts, _time, _logger) = (contexts, time, logger);
        (_ofPictures, _ofEvents) = (new Subscribers<IngestionSnapshot>(LogSubscriberFailed), new Subscribers<IReadOnlyList<IngestionEvent>>(LogSubscriberFailed));
    }

    /// <summary>Reads what is new and gives the picture.</summary>
    public async Task<IngestionSnapshot> LatestAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            await ReadOnAsync(cancellationToken);
            return _builder.Picture(_time.GetUtcNow());
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Calls back with each new picture, at most about three times a second, on a thread of the feed. Dispose to stop.</summary>
    public IDisposable Subscribe(Action<IngestionSnapshot> onChange)
    {
        Interlocked.Exchange(ref _told, -1); // it may have missed one since it read the picture itself
        return Follow(_ofPictures, onChange);
    }

    /// <summary>
    /// Calls back with all events that are read from now on, in order, about a tenth of a second after they were committed, on a thread of the feed. A picture that is
    /// asked for after this call holds all that came before.
    /// </summary>
    public IDisposable SubscribeToEvents(Action<IReadOnlyList<IngestionEvent>> onEvents) => Follow(_ofEvents, onEvents);

    public async ValueTask DisposeAsync()
    {
        Task following;
        lock (_gate)
        {
            _ofPictures.Clear();
            _ofEvents.Clear();
            StopFollowing();
            following = _following;
        }

        await following;
        _reading.Dispose();
    }

    private Subscription Follow<T>(Subscribers<T> subscribers, Action<T> subscriber)
    {
        lock (_gate)
        {
            subscribers.Add(subscriber);
            if (_stop is null)
            {
                _stop = new CancellationTokenSource();
                _following = FollowAsync(_following, _stop.Token);
            }
        }

        return new Subscription(() =>
        {
            lock (_gate)
            {
                subscribers.Remove(subscriber);
                if (_ofPictures.Count + _ofEvents.Count == 0) StopFollowing();
            }
        });
    }

    private async Task FollowAsync(Task before, CancellationToken cancellationToken)
    {
        await before;
        try
        {
            for (var toldAt = (long?)null; ; await Task.Delay(LookEvery, _time, cancellationToken))
            {
                if (await TryLookAsync(toldAt is { } told ? _time.GetElapsedTime(told) : TellAtLeastEvery, cancellationToken) is not { } picture) continue;
                toldAt = _time.GetTimestamp();
                _ofPictures.Tell(picture);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private async Task<IngestionSnapshot?> TryLookAsync(TimeSpan sinceTold, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(sinceTold, cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogOutOfReach(ex); // the picture stays as it is until the database is back
            await Task.Delay(AwayPause, _time, cancellationToken);
            return null;
        }
    }

    /// <summary>Reads what is new and gives the picture, where pages are to be told of it now.</summary>
    private async Task<IngestionSnapshot?> LookAsync(TimeSpan sinceTold, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            await ReadOnAsync(CancellationToken.None); // it takes a moment, and a question that is broken off costs the database a connection
            if (_ofPictures.Count == 0 || sinceTold < TellEvery || (Interlocked.Read(ref _told) == _builder.LastEventId && sinceTold < TellAtLeastEvery)) return null;
            Interlocked.Exchange(ref _told, _builder.LastEventId);
            return _builder.Picture(_time.GetUtcNow());
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var from = _readBefore ? _builder.LastEventId : await BeforeRecentRunsAsync(db, cancellationToken);
        for (var full = true; full;)
        {
            var events = await db.IngestionEvents.AsNoTracking().Where(e => e.Id > from).OrderBy(e => e.Id).Take(BatchSize).ToListAsync(cancellationToken);
            full = events.Count == BatchSize;
            _readBefore = true;
            if (events.Count == 0) return;
            from = events[^1].Id;
            _builder.Apply(events);
            _ofEvents.Tell(events);
        }
    }

    /// <summary>Before the first event that the picture still stands on.</summary>
    private async Task<long> BeforeRecentRunsAsync(ChaffeeDbContext db, CancellationToken cancellationToken)
    {
        var heardSince = _time.GetUtcNow() - RunHistory.Silent;
        var starts = db.IngestionEvents.Where(e => e.Kind == IngestionEventKind.RunStarted);
        var ended = db.IngestionEvents.Where(e => RunHistory.Endings.Contains(e.Kind)).Select(e => e.RunId);
        var alive = db.IngestionEvents.Where(e => e.At > heardSince).Select(e => e.RunId);
        var latest = await starts.Where(e => ended.Contains(e.RunId)).OrderByDescending(e => e.Id).Take(SnapshotBuilder.RunsKept).MinAsync(e => (long?)e.Id, cancellationToken);
        var shown = await starts.Where(e => alive.Contains(e.RunId)).MinAsync(e => (long?)e.Id, cancellationToken);
        return Math.Min(latest ?? 1, shown ?? long.MaxValue) - 1;
    }

    /// <summary>What waits for the end goes on elsewhere: whoever leaves last may hold locks of its own.</summary>
    private void StopFollowing()
    {
        _ = _stop?.CancelAsync();
        _stop = null;
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }

    [LoggerMessage(LogLevel.Warning, "The events of ingestion are out of reach.")]
    private partial void LogOutOfReach(Exception exception);

    [LoggerMessage(LogLevel.Error, "A subscriber to the events of ingestion failed.")]
    private partial void LogSubscriberFailed(Exception exception);
}
