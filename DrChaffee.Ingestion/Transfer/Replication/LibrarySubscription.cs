using Npgsql;

namespace DrChaffee.Ingestion.Transfer.Replication;

/// <summary>The end that follows: its library's tables are written by the server itself, all others stay its own.</summary>
public static class LibrarySubscription
{
    public const string Name = "drchaffee";

    private const int MostFailures = 3;

    /// <summary>True where subscribing would put another library in the place of one.</summary>
    public static async Task<bool> ReplacesAsync(DatabaseAddress to, CancellationToken cancellationToken)
    {
        await using var connection = await to.OpenAsync(cancellationToken);
        await LibraryFacts.RequireAsync(connection, to.Name, cancellationToken);
        return await SlotAsync(connection, cancellationToken) is null && await HoldsRowsAsync(connection, cancellationToken);
    }

    /// <summary>Begins to follow and waits until the first copy is whole; where it follows already, fetches the tables that are new.</summary>
    /// <exception cref="TransferException">The ends do not fit, or may not; the sentence says what to do first.</exception>
    public static async Task SubscribeAsync(DatabaseAddress from, DatabaseAddress to, bool replace, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        await using var publisher = await from.OpenAsync(cancellationToken);
        await using var subscriber = await to.OpenAsync(cancellationToken);
        var (published, subscribed) = (await LibraryFacts.RequireAsync(publisher, from.Name, cancellationToken), await LibraryFacts.RequireAsync(subscriber, to.Name, cancellationToken));
        if (SchemaOrder.Fault(published.Schema, from.Name, subscribed.Schema, to.Name) is { } order) throw new TransferException(order);
        if (await LibraryPublication.WalLevelFaultAsync(publisher, from.Name, cancellationToken) is { } level) throw new TransferException(level);
        if (await LibraryPublication.OfferedAsync(publisher, cancellationToken) is null) throw new TransferException($"{from.Name} publishes nothing; run ./drchaffee replicate publish --from with its address first.");

        try
        {
            if (await SlotAsync(subscriber, cancellationToken) is null) await CreateAsync(publisher, subscriber, from, to, replace, cancellationToken);
            else await subscriber.RunAsync($"ALTER SUBSCRIPTION {Name} REFRESH PUBLICATION", cancellationToken);
        }
        catch (PostgresException ex)
        {
            var right = ex.SqlState == PostgresErrorCodes.InsufficientPrivilege ? "; subscribing needs a superuser of that server, or from PostgreSQL 16 on the role pg_create_subscription" : "";
            throw new TransferException($"{to.Name} cannot follow {from.Name} ({from.Said(ex)}){right}.", ex);
        }

        await WaitForCopyAsync(subscriber, to.Name, progress, cancellationToken);
        progress?.Report(new TransferProgress("indexing"));
        await VectorIndexes.AddMissingAsync(publisher, subscriber, cancellationToken);
        await MoveSequencesAsync(subscriber, cancellationToken);
        await subscriber.RunAsync($"SELECT pg_stat_reset_subscription_stats(oid) FROM pg_subscription WHERE subname = '{Name}'", cancellationToken); // what failed before is over
        await subscriber.RunAsync($"ANALYZE {LibraryTables.List(await LibraryPublication.FollowedAsync(subscriber, cancellationToken))}", cancellationToken);
    }

    /// <summary>The slot of the publisher that it reads, "" where it reads none; null where it does not follow.</summary>
    internal static Task<string?> SlotAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ReadAsync<string>(
        "SELECT coalesce(subslotname, '')::text FROM pg_subscription WHERE subname = $1 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())", cancellationToken, Name);

    /// <summary>Rows that came from elsewhere brought their numbers along: the next row of one's own must not take one of them.</summary>
    internal static async Task MoveSequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var statements = await connection.ReadAsync<string[]>("""
            SELECT array_agg(format('SELECT setval(pg_get_serial_sequence(%L, %L), (SELECT coalesce(max(%I), 0) + 1 FROM %I), false)', quote_ident(relname), attname, attname, relname))
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1) AND attidentity <> ''
            """, cancellationToken, (object)LibraryTables.All.ToArray());
        foreach (var statement in statements ?? []) await connection.RunAsync(statement, cancellationToken);
    }

    private static async Task<bool> HoldsRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var table in await TablesAsync(connection, cancellationToken))
            if (await connection.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM {LibraryTables.Quote(table)})", cancellationToken)) return true;
        return false;
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var existing = await LibraryTables.ExistingAsync(connection, cancellationToken);
        return [.. LibraryTables.All.Where(existing.Contains)];
    }

    private static async Task CreateAsync(NpgsqlConnection publisher, NpgsqlConnection subscriber, DatabaseAddress from, DatabaseAddress to, bool replace, CancellationToken cancellationToken)
    {
        if (!replace && await HoldsRowsAsync(subscriber, cancellationToken)) throw new TransferException($"{to.Name} holds a library; with --replace it is emptied first, and what was changed only there is lost.");

        // Of the database, so that a start that was killed finds its own slot again.
        var slot = (await subscriber.ReadAsync<string>(
            $"SELECT '{LibraryPublication.SlotPrefix}' || left(md5((SELECT system_identifier FROM pg_control_system())::text || oid::text), 12) FROM pg_database WHERE datname = current_database()", cancellationToken))!;
        await LibraryPublication.DropSlotAsync(publisher, slot, cancellationToken);
        await publisher.ReadAsync<object>("SELECT pg_create_logical_replication_slot($1, 'pgoutput')::text", cancellationToken, slot);
        try
        {
            await using var transaction = await subscriber.BeginTransactionAsync(cancellationToken);
            await subscriber.RunAsync($"TRUNCATE {LibraryTables.List(await TablesAsync(subscriber, cancellationToken))}", cancellationToken);
            await VectorIndexes.DropAsync(subscriber, cancellationToken); // built at the end it takes a fraction of the time
            await subscriber.RunAsync($"CREATE SUBSCRIPTION {Name} CONNECTION {Literal(from.ForLibpq)} PUBLICATION {LibraryPublication.Name} WITH (create_slot = false, slot_name = '{slot}')", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch
        {
            await LibraryPublication.DropSlotAsync(publisher, slot, CancellationToken.None);
            throw;
        }
    }

    private static async Task WaitForCopyAsync(NpgsqlConnection subscriber, string name, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var failedBefore = await FailuresAsync(subscriber, cancellationToken);
        while (await subscriber.ReadAsync<string>("""
            SELECT string_agg(format('%s%s', r.srrelid::regclass, (SELECT format(': %s rows', tuples_processed) FROM pg_stat_progress_copy p WHERE p.relid = r.srrelid LIMIT 1)), ', ')
            FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid WHERE s.subname = $1 AND r.srsubstate <> 'r'
            """, cancellationToken, Name) is { } copying)
        {
            progress?.Report(new TransferProgress("copying", copying));
            if (await FailuresAsync(subscriber, cancellationToken) - failedBefore >= MostFailures)
                throw new TransferException($"The first copy into {name} fails again and again; the log of its server says why. Put that right and run the same command again, or give up with ./drchaffee replicate drop.");
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
        }
    }

    private static Task<long> FailuresAsync(NpgsqlConnection subscriber, CancellationToken cancellationToken) => subscriber.ReadAsync<long>(
        "SELECT coalesce(sum(apply_error_count + sync_error_count), 0)::bigint FROM pg_stat_subscription_stats WHERE subname = $1", cancellationToken, Name);

    private static string Literal(string text) => $" E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
