using System.Diagnostics;

namespace DrChaffee.Ingestion.Transfer.Backups;

/// <summary>Brings a backup back: into an empty database, or beside the present one and then into its place.</summary>
/// <param name="dataFolder">Where small files lie meanwhile.</param>
public sealed class LibraryRestore(string dataFolder, IProgress<TransferProgress>? progress)
{
    /// <exception cref="TransferException">It cannot be done, or not all came back; what served until now still does.</exception>
    public async Task<RestoreReport> RunAsync(string file, DatabaseAddress to, bool dropOld, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (!File.Exists(file)) throw new TransferException($"There is no {file}.");
        var manifest = await BackupManifest.TryReadAsync(file, cancellationToken);
        await using var server = await to.OpenServerAsync(cancellationToken);
        var tools = await PostgresTools.FindAsync(Math.Max(server.PostgreSqlVersion.Major, manifest?.Server ?? 0), PostgresTools.Folders, cancellationToken);
        await tools.RunAsync("pg_restore", to, ["--list", file], _ => { }, cancellationToken); // what is no backup is refused before anything is made
        var exists = await SideDatabase.ExistsAsync(server, to.Database, cancellationToken);
        await using var room = await TransferRoom.EnterAsync(to, dataFolder, cancellationToken);

        if (exists && await SideDatabase.IsEmptyAsync(to, cancellationToken))
        {
            var sums = await RestoreAsync(tools, file, to, manifest, alone: false, cancellationToken);
            return Report(sums, kept: null, rights: true);
        }

        await SideDatabase.RequireRightsAsync(server, to, cancellationToken);
        var (restored, rights) = await SideDatabase.FillAsync(to, async incoming =>
        {
            var sums = await RestoreAsync(tools, file, incoming, manifest, alone: true, cancellationToken);
            return (sums, !exists || await CarryRightsAsync(tools, to, incoming, room.Folder, cancellationToken));
        }, cancellationToken);
        progress?.Report(new TransferProgress("switching"));
        await DatabaseSwitch.RunAsync(to, dropOld, cancellationToken);
        return Report(restored, exists && !dropOld ? to.With(SideDatabase.BeforeOf(to.Database)).Name : null, rights);

        RestoreReport Report(IReadOnlyList<TableSum> tables, string? kept, bool rights) =>
            new(to.Name, tables, manifest is not null, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1), kept, rights);
    }

    /// <param name="alone">Nobody else is in that database, so it may be filled piece by piece and by several at once; otherwise it is filled at once or not at all.</param>
    private async Task<IReadOnlyList<TableSum>> RestoreAsync(PostgresTools tools, string file, DatabaseAddress into, BackupManifest? manifest, bool alone, CancellationToken cancellationToken)
    {
        progress?.Report(new TransferProgress("restoring"));
        await tools.RunAsync(
            "pg_restore", into, [$"--dbname={into.Database}", alone ? $"--jobs={WholeTransfer.Jobs}" : "--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error", "--no-password", "--verbose", file],
            line => progress?.Report(new TransferProgress("restoring", line)), cancellationToken);
        progress?.Report(new TransferProgress("checking"));
        await using var copy = await into.OpenAsync(cancellationToken);
        var sums = await TableSums.ReadAsync(copy, await LibraryTables.ExistingAsync(copy, cancellationToken), cancellationToken);
        if (manifest is not null) TableSums.RequireEqual(manifest.Tables, sums);
        await copy.RunAsync("ANALYZE", cancellationToken);
        return sums;
    }

    /// <summary>False where the tables are not the same, so that rights to them cannot be told.</summary>
    private static async Task<bool> CarryRightsAsync(PostgresTools tools, DatabaseAddress old, DatabaseAddress incoming, string folder, CancellationToken cancellationToken)
    {
        await using (var target = await old.OpenAsync(cancellationToken))
        {
            await WholeTransfer.RequireNobodyFollowsAsync(target, old.Name, cancellationToken);
            await using var copy = await incoming.OpenAsync(cancellationToken);
            if (!(await LibraryTables.ExistingAsync(target, cancellationToken)).SequenceEqual(await LibraryTables.ExistingAsync(copy, cancellationToken), StringComparer.Ordinal)) return false;
        }

        await new OwnTables(tools, _ => { }).CarryRightsAsync(old, incoming, folder, cancellationToken);
        return true;
    }
}

/// <param name="Checked">Compared with what the backup's own list says.</param>
/// <param name="Kept">Where the old database is; null where it is not kept or there was none.</param>
/// <param name="RightsCarried">False where other roles have to be given their rights again.</param>
public sealed record RestoreReport(string To, IReadOnlyList<TableSum> Tables, bool Checked, double Seconds, string? Kept, bool RightsCarried);
