using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sources;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Download;

/// <summary>Removes media that was fetched for sources which have ended: those that failed for good, and those whose process was killed before it could.</summary>
internal sealed class MediaSweep(AudioStore store, IDbContextFactory<ChaffeeDbContext> contexts)
{
    /// <summary>Classes after which a source waits for a person, and its media is no use until then.</summary>
    private static readonly FailureClass?[] ForGood = [FailureClass.Gone, FailureClass.Unsupported, FailureClass.Broken];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (store.Temporary() is not { Count: > 0 } held) return;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ended = await db.Sources
            .Where(s => held.Contains(s.Origin!) && s.LeaseOwner == null && (s.State == SourceState.Done || (s.State == SourceState.Failed && ForGood.Contains(s.FailureClass))))
            .Select(s => s.Origin!).ToListAsync(cancellationToken);
        foreach (var location in ended) store.Release(location);
    }
}
