using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>The channels that this library takes recordings from: who adds, changes or removes one, by a page or a program, does it here.</summary>
public sealed class ChannelBook
{
    private readonly IngestionPolicy _policy;
    private readonly ChaffeeSettings _settings;
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly ChannelProbe _probe;
    private readonly TimeProvider _time;

    internal ChannelBook(IngestionPolicy policy, ChaffeeSettings settings, IDbContextFactory<ChaffeeDbContext> contexts, ChannelProbe probe, TimeProvider time) =>
        (_policy, _settings, _contexts, _probe, _time) = (policy, settings, contexts, probe, time);

    /// <summary>Why this machine changes nothing, or null where it may.</summary>
    public string? Refusal => _policy.Refusal;

    /// <summary>All of them, those that are looked at by themselves first, then by title.</summary>
    public async Task<IReadOnlyList<ChannelState>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var all = await Read(db, db.Channels).ToListAsync(cancellationToken);
        return [.. all.OrderBy(c => c.Settings.RescanEvery is null).ThenBy(c => c.Title, StringComparer.CurrentCultureIgnoreCase).ThenBy(c => c.Id)];
    }

    /// <summary>Null where there is none of that number.</summary>
    public async Task<ChannelState?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await Read(db, db.Channels.Where(c => c.Id == id)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Takes in a channel, playlist, feed or folder by whatever address a person has of it; asks the place what it is where the address does not tell.</summary>
    /// <exception cref="IngestionException">It is none, is there already, or this machine may not; the message says which, in a sentence.</exception>
    public async Task<ChannelState> AddAsync(string? address, ChannelSettings settings, CancellationToken cancellationToken)
    {
        CheckAllowed();
        Check(settings);
        var (kind, canonical, title) = await _probe.RecogniseAsync(address, oneWillDo: false, cancellationToken);
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var channel = await db.Channels.FirstOrDefaultAsync(c => c.Kind == kind && c.Address == canonical, cancellationToken);
        if (channel?.RescanEvery is not null) throw new IngestionException($"{channel.Title} is in the list already.");
        if (channel is null) db.Channels.Add(channel = new Channel { Kind = kind, Address = canonical, Title = title }); // otherwise it came with a recording that was ingested by hand
        settings.WriteTo(channel, _time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return await Read(db, db.Channels.Where(c => c.Id == channel.Id)).SingleAsync(cancellationToken);
    }

    /// <exception cref="IngestionException">The settings cannot be used, or this machine may not.</exception>
    public async Task<ChannelState?> ChangeAsync(long id, ChannelSettings settings, CancellationToken cancellationToken)
    {
        CheckAllowed();
        Check(settings);
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Channels.FirstOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } channel) return null;
        settings.WriteTo(channel, _time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return await Read(db, db.Channels.Where(c => c.Id == id)).SingleAsync(cancellationToken);
    }

    /// <summary>A paused channel is not looked at, and nothing of it is taken up. False where there is none of that number.</summary>
    /// <exception cref="IngestionException">This machine may not.</exception>
    public async Task<bool> PauseAsync(long id, bool paused, CancellationToken cancellationToken)
    {
        CheckAllowed();
        var now = _time.GetUtcNow();
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.Channels.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.Paused, paused).SetProperty(c => c.UpdatedAt, now), cancellationToken) > 0;
    }

    /// <summary>Forgets the channel; its recordings stay. False where there is none of that number.</summary>
    /// <exception cref="IngestionException">This machine may not.</exception>
    public async Task<bool> RemoveAsync(long id, CancellationToken cancellationToken)
    {
        CheckAllowed();
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.Channels.Where(c => c.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>What a run over the channel is asked to do: what is new in it, the newest first. Null for one that nobody can look into.</summary>
    public IngestionRequest? RequestFor(ChannelState channel) => ChannelKinds.SourceOf(channel.Kind) is { } source && (source != SourceKind.Folder || Directory.Exists(channel.Address))
        ? new IngestionRequest { Source = source, Channel = channel.Address, LimitUnprocessed = _settings.Mode == RunMode.Production, NewestFirst = true }
        : null;

    private void CheckAllowed()
    {
        if (Refusal is { } refusal) throw new IngestionRefusedException(refusal);
    }

    private static void Check(ChannelSettings settings)
    {
        if (settings.Fault is { } fault) throw new IngestionException(fault);
    }

    private static IQueryable<ChannelState> Read(ChaffeeDbContext db, IQueryable<Channel> channels) => channels.AsNoTracking().Select(c => new ChannelState(
        c.Id, c.Kind, c.Address, c.Title,
        new ChannelSettings { RescanEvery = c.RescanEvery, Filter = c.Filter, Priority = c.Priority, Paused = c.Paused, ActiveFrom = c.ActiveFrom, ActiveTo = c.ActiveTo },
        c.CheckedAt, c.CheckFault, db.Sources.Count(s => s.ChannelId == c.Id), db.Sources.Count(s => s.ChannelId == c.Id && s.State == SourceState.Done)));
}
