using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Domain.Operations;

/// <summary>Reads the record of ingestion for clients that were away.</summary>
public sealed class EventLog(IDbContextFactory<ChaffeeDbContext> contexts)
{
    /// <summary>Who missed more takes the picture anew.</summary>
    public const int MostMissed = 5_000;

    public async Task<MissedEvents> MissedAsync(long after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var events = await db.IngestionEvents.AsNoTracking().Where(e => e.Id > after).OrderBy(e => e.Id).Take(MostMissed + 1).ToListAsync(cancellationToken);
        var (first, last) = (await db.IngestionEvents.MinAsync(e => (long?)e.Id, cancellationToken), await db.IngestionEvents.MaxAsync(e => (long?)e.Id, cancellationToken) ?? 0);
        var complete = events.Count <= MostMissed && after <= last && after >= (first ?? 1) - 1; // numbers past the last are of another database
        return complete ? new MissedEvents(events is [.., var end] ? end.Id : after, true, events) : new MissedEvents(last, false, []);
    }

    /// <summary>The last of them, the oldest first.</summary>
    public async Task<IReadOnlyList<IngestionEvent>> LatestAsync(int most, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var events = await db.IngestionEvents.AsNoTracking().OrderByDescending(e => e.Id).Take(most).ToListAsync(cancellationToken);
        events.Reverse();
        return events;
    }

    /// <summary>Those after a number, the oldest first, and how many there are.</summary>
    public async Task<(int Total, IReadOnlyList<IngestionEvent> Items)> ListAsync(long after, int take, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var events = db.IngestionEvents.AsNoTracking().Where(e => e.Id > after);
        return (await events.CountAsync(cancellationToken), await events.OrderBy(e => e.Id).Take(take).ToListAsync(cancellationToken));
    }
}

/// <summary>What happened after a number.</summary>
/// <param name="LastEventId">The number to ask after the next time.</param>
/// <param name="Complete">False where some are deleted already, or there are too many: then there are none here, and the picture is to be taken anew.</param>
public sealed record MissedEvents(long LastEventId, bool Complete, IReadOnlyList<IngestionEvent> Events);
