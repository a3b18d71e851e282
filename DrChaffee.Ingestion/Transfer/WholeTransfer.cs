using System.Diagnostics;
using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>
/// Puts a whole library in the place of another: dumped in one snapshot, restored beside the old one, checked, given what is the machine's own, then switched.
/// Until then visitors search the old one.
/// </summary>
/// <param name="dataFolder">Where the dump lies meanwhile.</param>
public sealed class WholeTransfer(string dataFolder, IProgress<TransferProgress>? progress)
{
    /// <exception cref="TransferException">It cannot be done, or the copy was not whole; the old library still serves.</exception>
    public async Task<TransferReport> RunAsync(DatabaseAddress from, DatabaseAddress to, bool dropOld, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (from.Name == to.Name) throw new TransferException("--from and --to name the same database.");
        await using var origin = await from.OpenAsync(cancellationToken);
        var facts = await LibraryFacts.RequireAsync(origin, from.Name, cancellationToken);
        var (tools, hasOld) = await CheckAsync(facts, from, to, cancellationToken);

        await using var room = await TransferRoom.EnterAsync(to, dataFolder, cancellationToken);
        await room.RequireSpaceAsync(to, facts.Bytes, facts.Bytes, cancellationToken);
        var sums = await DumpAsync(tools, origin, from, room.Folder, cancellationToken);
        var incoming = await RestoreAsync(tools, to, room.Folder, sums, cancellationToken);

        if (hasOld)
        {
            Tell("carrying over accounts, keys and schedule");
            await new OwnTables(tools, Detail("carrying over accounts, keys and schedule")).CarryAsync(to, incoming, room.Folder, token => SwitchAsync(to, dropOld, token), cancellationToken);
        }
        else
        {
            await BecomeItselfAsync(incoming, cancellationToken);
            await SwitchAsync(to, dropOld, cancellationToken);
        }

        return new TransferReport(from.Name, to.Name, sums, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1), hasOld && !dropOld ? to.With(SideDatabase.BeforeOf(to.Database)).Name : null);
    }

    private static async Task<(PostgresTools Tools, bool HasOld)> CheckAsync(LibraryFacts facts, DatabaseAddress from, DatabaseAddress to, CancellationToken cancellationToken)
    {
        await using var server = await to.OpenServerAsync(cancellationToken);
        await SideDatabase.RequireRightsAsync(server, to, cancellationToken);
        var tools = await PostgresTools.FindAsync(Math.Max(facts.Server, server.PostgreSqlVersion.Major), PostgresTools.Folders, cancellationToken);
        await using var target = await to.TryOpenAsync(cancellationToken);
        if (target is null) return (tools, false);
        await RequireNobodyFollowsAsync(target, to.Name, cancellationToken);
        if (await LibraryFacts.ReadAsync(target, cancellationToken) is not { Schema: { } schema }) return (tools, false);
        if (schema != facts.Schema)
            throw new TransferException($"{from.Name} has schema {facts.Schema} and {to.Name} {schema}; run ./drchaffee migrate on {(string.CompareOrdinal(facts.Schema, schema) < 0 ? from.Name : to.Name)}.");
        return (tools, true);
    }

    /// <exception cref="TransferException">Slots and subscriptions belong to one database, and would be left behind with the old one.</exception>
    internal static async Task RequireNobodyFollowsAsync(NpgsqlConnection target, string name, CancellationToken cancellationToken)
    {
        if (await target.ReadAsync<bool>("""
            SELECT EXISTS (SELECT FROM pg_replication_slots WHERE database = current_database())
                OR EXISTS (SELECT FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """, cancellationToken)) throw new TransferException($"{name} follows another library or is followed; end that with ./drchaffee replicate drop first.");
    }

    private async Task<IReadOnlyList<TableSum>> DumpAsync(PostgresTools tools, NpgsqlConnection origin, DatabaseAddress from, string folder, CancellationToken cancellationToken)
    {
        await using var transaction = await origin.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var snapshot = await origin.ReadAsync<string>("SELECT pg_export_snapshot()", cancellationToken);
        var (own, all) = (await LibraryTables.OwnAsync(origin, cancellationToken), await LibraryTables.ExistingAsync(origin, cancellationToken));
        Tell("dumping");
        var dump = tools.RunAsync(
            "pg_dump", from,
            ["--format=directory", $"--file={Path.Combine(folder, "library")}", $"--jobs={Jobs}", "--compress=1", $"--snapshot={snapshot}", "--no-owner", "--no-privileges", "--no-publications", "--no-subscriptions", "--no-password", "--verbose",
             .. own.Select(table => $"--exclude-table-data=public.{LibraryTables.Quote(table)}")],
            Detail("dumping"), cancellationToken);
        try
        {
            return await TableSums.ReadAsync(origin, [.. LibraryTables.All.Where(all.Contains)], cancellationToken);
        }
        finally
        {
            await dump;
        }
    }

    private Task<DatabaseAddress> RestoreAsync(PostgresTools tools, DatabaseAddress to, string folder, IReadOnlyList<TableSum> sums, CancellationToken cancellationToken) => SideDatabase.FillAsync(to, async incoming =>
    {
        Tell("restoring");
        await tools.RunAsync("pg_restore", incoming, [$"--dbname={incoming.Database}", $"--jobs={Jobs}", "--no-owner", "--no-privileges", "--exit-on-error", "--no-password", "--verbose", Path.Combine(folder, "library")], Detail("restoring"), cancellationToken);
        Tell("checking");
        await using var copy = await incoming.OpenAsync(cancellationToken);
        TableSums.RequireEqual(sums, await TableSums.ReadAsync(copy, [.. sums.Select(sum => sum.Table)], cancellationToken));
        await copy.RunAsync("ANALYZE", cancellationToken);
        return incoming;
    }, cancellationToken);

    /// <summary>Where no older library gives the new one its name, it gets one of its own: to other libraries it is another than its origin.</summary>
    private static async Task BecomeItselfAsync(DatabaseAddress incoming, CancellationToken cancellationToken)
    {
        await using var copy = await incoming.OpenAsync(cancellationToken);
        if (await copy.ReadAsync<bool>("SELECT to_regclass('library_identity') IS NOT NULL", cancellationToken)) await copy.RunAsync("INSERT INTO library_identity DEFAULT VALUES", cancellationToken);
    }

    private async Task SwitchAsync(DatabaseAddress to, bool dropOld, CancellationToken cancellationToken)
    {
        Tell("switching");
        await DatabaseSwitch.RunAsync(to, dropOld, cancellationToken);
    }

    internal static int Jobs => Math.Clamp(Environment.ProcessorCount, 2, 8);

    private void Tell(string step) => progress?.Report(new TransferProgress(step));

    private Action<string> Detail(string step) => line => progress?.Report(new TransferProgress(step, line));
}

/// <param name="Tables">Counted and summed in the origin's snapshot, and found the same in the copy.</param>
/// <param name="Kept">Where the old library is; null where it is not kept or there was none.</param>
public sealed record TransferReport(string From, string To, IReadOnlyList<TableSum> Tables, double Seconds, string? Kept);
