using Npgsql;

namespace DrChaffee.Ingestion.Transfer.Replication;

/// <summary>The end that is followed: what it offers, and the slots in which it keeps what subscribers have yet to fetch.</summary>
public static class LibraryPublication
{
    public const string Name = "drchaffee";

    /// <summary>A slot of this program, so that those of others are left alone.</summary>
    internal const string SlotPrefix = "drchaffee_";

    /// <summary>Offers the library's tables; those that a newer schema brought are added.</summary>
    /// <returns>The tables that were not offered before.</returns>
    /// <exception cref="TransferException">The server does not keep what followers need, or the user may not offer it.</exception>
    public static async Task<IReadOnlyList<string>> PublishAsync(DatabaseAddress from, CancellationToken cancellationToken)
    {
        await using var connection = await from.OpenAsync(cancellationToken);
        await LibraryFacts.RequireAsync(connection, from.Name, cancellationToken);
        if (await WalLevelFaultAsync(connection, from.Name, cancellationToken) is { } fault) throw new TransferException(fault);

        var before = await OfferedAsync(connection, cancellationToken);
        var tables = await FollowedAsync(connection, cancellationToken);
        try
        {
            if (before is null) await connection.RunAsync($"CREATE PUBLICATION {Name} FOR TABLE {LibraryTables.List(tables)}", cancellationToken);
            else if (!before.Order(StringComparer.Ordinal).SequenceEqual(tables.Order(StringComparer.Ordinal))) await connection.RunAsync($"ALTER PUBLICATION {Name} SET TABLE {LibraryTables.List(tables)}", cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new TransferException($"The database user may not publish ({ex.MessageText}); use the one that owns the tables of {from.Name} and may create in it.", ex);
        }

        return [.. tables.Except(before ?? [], StringComparer.Ordinal)];
    }

    /// <summary>The tables that are offered; null where nothing is.</summary>
    internal static Task<string[]?> OfferedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ReadAsync<string[]>(
        "SELECT (SELECT coalesce(array_agg(tablename::text), '{}') FROM pg_publication_tables t WHERE t.pubname = p.pubname) FROM pg_publication p WHERE p.pubname = $1", cancellationToken, Name);

    /// <summary>Null where the server keeps what followers need.</summary>
    internal static async Task<string?> WalLevelFaultAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        await connection.ReadAsync<string>("SHOW wal_level", cancellationToken) is var level && level == "logical" ? null
            : $"The server of {name} has wal_level {level}, and following needs logical: run ALTER SYSTEM SET wal_level = 'logical' there as superuser, or set it at your hoster's, and restart that server.";

    internal static async Task<bool> HasSlotAsync(NpgsqlConnection connection, string slot, CancellationToken cancellationToken) =>
        await connection.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)", cancellationToken, slot);

    /// <summary>Drops a slot that nobody uses any more; false where there is none.</summary>
    internal static async Task<bool> DropSlotAsync(NpgsqlConnection connection, string slot, CancellationToken cancellationToken)
    {
        const int Tries = 50; // whoever used it a moment ago is leaving
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await connection.ReadAsync<bool>("SELECT count(pg_drop_replication_slot(slot_name)) > 0 FROM pg_replication_slots WHERE slot_name = $1", cancellationToken, slot);
            }
            catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.ObjectInUse && tries < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    internal static async Task<IReadOnlyList<string>> FollowedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var existing = await LibraryTables.ExistingAsync(connection, cancellationToken);
        return [.. LibraryTables.Followed.Where(existing.Contains)];
    }
}
