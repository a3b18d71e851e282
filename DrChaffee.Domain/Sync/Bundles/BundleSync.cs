using Npgsql;

namespace DrChaffee.Domain.Sync.Bundles;

/// <summary>Takes a bundle into a library as a sync takes changes from a database.</summary>
public sealed class BundleSync(LibrarySync sync)
{
    /// <summary>Whether a bundle may be taken in; nothing is written yet.</summary>
    /// <exception cref="SyncException">It may not; one sentence says why.</exception>
    public static async Task CheckAsync(string path, string to, string? key, CancellationToken cancellationToken)
    {
        await using var origin = await BundleOrigin.OpenAsync(path, key, cancellationToken);
        await using var here = await LibraryEnd.OpenAsync(to, cancellationToken);
        await CheckAsync(origin.Manifest, path, here, dryRun: false, cancellationToken);
    }

    /// <exception cref="SyncException">The bundle is refused, before anything is written; one sentence says why.</exception>
    public async Task<SyncReport> RunAsync(string path, string to, string? key, SyncOptions options, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await using var origin = await BundleOrigin.OpenAsync(path, key, cancellationToken);
        await using var here = await LibraryEnd.OpenAsync(to, cancellationToken);
        await CheckAsync(origin.Manifest, path, here, options.DryRun, cancellationToken);
        return await LibrarySync.GuardAsync(() => sync.RunAsync(origin, here, to, options, progress, cancellationToken));
    }

    private static async Task CheckAsync(BundleManifest manifest, string path, LibraryEnd here, bool dryRun, CancellationToken cancellationToken)
    {
        if (manifest.Library == here.Library) throw new SyncException($"{path} was made of {here.Name} itself, or of a library that {here.Name} is a copy of; take it into another one.");
        SyncGate.CheckSchema(path, manifest.Schema, here.Name, here.Schema);
        SyncGate.CheckWritable(here, dryRun);
        await CheckOrderAsync(here, path, manifest, cancellationToken);
    }

    /// <summary>The same bundle may come again; one that skips changes, or that is older than what was taken, may not.</summary>
    private static async Task CheckOrderAsync(LibraryEnd here, string path, BundleManifest manifest, CancellationToken cancellationToken)
    {
        await using var connection = await here.ConnectAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT coalesce((SELECT position FROM sync_peers WHERE library = $1), 0)", connection);
        command.Parameters.AddWithValue(manifest.Library);
        var position = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (manifest.FromVersion > position) throw new SyncException($"{path} begins at change {manifest.FromVersion}, and {here.Name} has taken the changes up to {position}; take the bundles before it first, or make one with --all.");
        if (manifest.ToVersion < position) throw new SyncException($"{path} ends at change {manifest.ToVersion}, and {here.Name} has taken the changes up to {position} already; it is older than what is there.");
    }
}
