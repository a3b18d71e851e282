using System.Diagnostics;
using DrChaffee.Benchmarks.Search;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Ingestion.Transfer;
using DrChaffee.Ingestion.Transfer.Backups;
using DrChaffee.Ingestion.Transfer.Replication;

namespace DrChaffee.Benchmarks.Transfer;

/// <summary>Carries a library from one server to another, whole and continuously, and compares both ends.</summary>
internal sealed class TransferBenchmark(PostgresServer first, PostgresServer second, Action<string> tell)
{
    private const int Edits = 1_000;

    public async Task<TransferFigures> RunAsync(string data, int passages, CancellationToken cancellationToken)
    {
        await using var origin = await ScratchDatabase.CreateAsync(new ChaffeeSettings { ConnectionString = first.ConnectionString }, cancellationToken);
        await new BenchmarkLibrary(origin).FillAsync(data, passages, tell);
        await origin.ExecuteAsync("""
            INSERT INTO engines (name, model, version) VALUES ('benchmark', '', '');
            INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, speaker_id, times_estimated, engine_id)
                SELECT source_id, ordinal, start_sec, end_sec, text, speaker_id, true, (SELECT max(id) FROM engines) FROM passages;
            ANALYZE
            """, cancellationToken);
        await using var whole = await ScratchDatabase.CreateAsync(new ChaffeeSettings { ConnectionString = second.ConnectionString }, cancellationToken);
        await using var following = await ScratchDatabase.CreateAsync(new ChaffeeSettings { ConnectionString = second.ConnectionString }, cancellationToken);
        var (from, to) = (new DatabaseAddress(origin.ConnectionString), new DatabaseAddress(following.ConnectionString));
        var folder = Directory.CreateTempSubdirectory("chaffee-transfer-").FullName;
        try
        {
            tell("sync --full");
            var report = await new WholeTransfer(folder, null).RunAsync(from, new DatabaseAddress(whole.ConnectionString), dropOld: true, cancellationToken);

            tell("replicate");
            var started = Stopwatch.GetTimestamp();
            await LibraryPublication.PublishAsync(from, cancellationToken);
            await LibrarySubscription.SubscribeAsync(from, to, replace: false, null, cancellationToken);
            var copied = Stopwatch.GetElapsedTime(started).TotalSeconds;
            started = Stopwatch.GetTimestamp();
            await origin.ExecuteAsync($"UPDATE segments SET text = 'Checked: ' || text WHERE id IN (SELECT id FROM segments ORDER BY random() LIMIT {Edits})", cancellationToken);
            await FollowedAsync(from, cancellationToken);
            var followed = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var agree = (await SumsAsync(from, cancellationToken)).SequenceEqual(await SumsAsync(to, cancellationToken));
            await ReplicationEnd.DropAsync(from, to, cancellationToken);

            tell("backup and restore");
            started = Stopwatch.GetTimestamp();
            var backup = await new LibraryBackup(TimeProvider.System, null).RunAsync(from, Path.Combine(folder, "library.dump"), keep: null, cancellationToken);
            var backedUp = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var restored = await new LibraryRestore(folder, null).RunAsync(backup.File, to, dropOld: true, cancellationToken);
            return new TransferFigures(passages, report.Seconds, report.Tables, Math.Round(copied, 1), Edits, Math.Round(followed, 2), agree, Math.Round(backedUp, 1), backup.Bytes, restored.Seconds, restored.Checked);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FollowedAsync(DatabaseAddress from, CancellationToken cancellationToken)
    {
        await using var connection = await from.OpenAsync(cancellationToken);
        var written = await connection.ReadAsync<string>("SELECT pg_current_wal_lsn()::text", cancellationToken);
        while (!await connection.ReadAsync<bool>("SELECT bool_and(confirmed_flush_lsn >= $1::text::pg_lsn) FROM pg_replication_slots", cancellationToken, written!)) await Task.Delay(50, cancellationToken);
    }

    private static async Task<IReadOnlyList<TableSum>> SumsAsync(DatabaseAddress address, CancellationToken cancellationToken)
    {
        await using var connection = await address.OpenAsync(cancellationToken);
        return await TableSums.ReadAsync(connection, LibraryTables.Followed, cancellationToken);
    }
}

/// <param name="WholeSeconds">Dump, restore with all indexes, check, switch.</param>
/// <param name="WholeTables">The same on both ends.</param>
/// <param name="CopySeconds">Until a subscriber had all, vector index included.</param>
/// <param name="FollowSeconds">Until so many changed segments were confirmed by the subscriber.</param>
internal sealed record TransferFigures(
    int Passages, double WholeSeconds, IReadOnlyList<TableSum> WholeTables, double CopySeconds, int Edits, double FollowSeconds, bool FollowerAgrees, double BackupSeconds, long BackupBytes, double RestoreSeconds, bool RestoreChecked);
