using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sources;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>The rows of channels, as finders need them. A channel that nobody subscribed to gets its row when its first recording is stored.</summary>
internal sealed class ChannelRows(IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time)
{
    private const int LongestFault = 1000;

    public async Task<Channel?> FindAsync(string kind, string address, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Channels.AsNoTracking().FirstOrDefaultAsync(c => c.Kind == kind && c.Address == address, cancellationToken);
    }

    /// <summary>What each channel wants, by its kind and address.</summary>
    public async Task<IReadOnlyDictionary<(string Kind, string Address), RecordingFilter>> FiltersAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Channels.AsNoTracking().ToDictionaryAsync(c => (c.Kind, c.Address), c => c.Filter, cancellationToken);
    }

    public async Task KeepValidatorsAsync(long id, string? etag, DateTimeOffset? modified, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Channels.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.Etag, etag).SetProperty(c => c.LastModified, modified), cancellationToken);
    }

    /// <summary>Notes how the last look went.</summary>
    /// <param name="fault">Why it failed, in a sentence; null where it went well.</param>
    public async Task NoteAsync(string kind, string address, string? fault, CancellationToken cancellationToken)
    {
        var (now, told) = (time.GetUtcNow(), fault is { Length: > LongestFault } ? fault[..LongestFault] : fault);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Channels.Where(c => c.Kind == kind && c.Address == address)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.CheckedAt, now).SetProperty(c => c.CheckFault, told).SetProperty(c => c.UpdatedAt, now), cancellationToken);
    }

    /// <summary>Takes back that it was looked at: nothing came of it.</summary>
    /// <param name="before">As it was before the look.</param>
    public async Task ForgetLookAsync(Channel before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Channels.Where(c => c.Id == before.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.CheckedAt, before.CheckedAt), cancellationToken);
    }
}
