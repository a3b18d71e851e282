using Npgsql;

namespace DrChaffee.Ingestion.Transfer.Replication;

/// <summary>Asks both ends, or the one that is named, how the following goes.</summary>
public static class ReplicationReport
{
    /// <param name="from">The end that is followed, or null.</param>
    /// <param name="to">The end that follows, or null.</param>
    public static async Task<ReplicationStatus> ReadAsync(DatabaseAddress? from, DatabaseAddress? to, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        await using var publisher = await TryOpenAsync(from, problems, cancellationToken);
        await using var subscriber = await TryOpenAsync(to, problems, cancellationToken);
        var slot = subscriber is null ? null : await SubscriberAsync(subscriber, to!.Name, problems, cancellationToken);
        var slots = publisher is null ? [] : await PublisherAsync(publisher, from!.Name, slot, problems, cancellationToken);
        if (publisher is not null && subscriber is not null) await BothAsync(publisher, subscriber, from!.Name, to!.Name, slot, problems, cancellationToken);
        return new ReplicationStatus(from?.Name, to?.Name, slots, subscriber is null ? [] : await TablesAsync(subscriber, cancellationToken), problems);
    }

    private static async Task<NpgsqlConnection?> TryOpenAsync(DatabaseAddress? address, List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            return address is null ? null : await address.OpenAsync(cancellationToken);
        }
        catch (TransferException ex)
        {
            problems.Add(ex.Message);
            return null;
        }
    }

    private static async Task<string?> SubscriberAsync(NpgsqlConnection subscriber, string name, List<string> problems, CancellationToken cancellationToken)
    {
        if (await LibrarySubscription.SlotAsync(subscriber, cancellationToken) is not { } slot)
        {
            problems.Add($"{name} follows nothing; begin with ./drchaffee replicate subscribe.");
            return null;
        }

        await using var command = new NpgsqlCommand("""
            SELECT s.subenabled, (SELECT bool_or(pid IS NOT NULL) FROM pg_stat_subscription t WHERE t.subid = s.oid),
                (SELECT (apply_error_count + sync_error_count)::bigint FROM pg_stat_subscription_stats e WHERE e.subid = s.oid)
            FROM pg_subscription s WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
            """, subscriber);
        command.Parameters.AddWithValue(LibrarySubscription.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(0)) problems.Add($"The subscription of {name} is switched off; run ALTER SUBSCRIPTION {LibrarySubscription.Name} ENABLE there.");
        else if (reader.IsDBNull(1) || !reader.GetBoolean(1)) problems.Add($"Nothing at {name} is fetching: its server does not reach the publisher, or fails at what it gets; the server's log says which.");
        if (!reader.IsDBNull(2) && reader.GetInt64(2) is > 0 and var failures) problems.Add($"{name} failed {failures} times at what it got, and tried again; the server's log says why. When that is put right, run ./drchaffee replicate subscribe again.");
        return slot;
    }

    private static async Task<IReadOnlyList<ReplicationSlot>> PublisherAsync(NpgsqlConnection publisher, string name, string? only, List<string> problems, CancellationToken cancellationToken)
    {
        if (await LibraryPublication.WalLevelFaultAsync(publisher, name, cancellationToken) is { } level) problems.Add(level);
        if (await LibraryPublication.OfferedAsync(publisher, cancellationToken) is not { } offered) problems.Add($"{name} publishes nothing; run ./drchaffee replicate publish.");
        else if ((await LibraryPublication.FollowedAsync(publisher, cancellationToken)).Except(offered, StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
            problems.Add($"{name} does not publish {string.Join(", ", missing)}; run ./drchaffee replicate publish, then replicate subscribe again.");

        await using var command = new NpgsqlCommand("""
            SELECT s.slot_name::text, s.active, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), s.confirmed_flush_lsn), 0)::bigint, extract(epoch FROM r.replay_lag)::float8,
                coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn), 0)::bigint, coalesce(s.wal_status = 'lost', false), r.pid IS NOT NULL
            FROM pg_replication_slots s LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
            WHERE s.database = current_database() AND starts_with(s.slot_name::text, $1) AND ($2 = '' OR s.slot_name::text = $2) ORDER BY s.slot_name
            """, publisher);
        command.Parameters.AddWithValue(LibraryPublication.SlotPrefix);
        command.Parameters.AddWithValue(only ?? "");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<ReplicationSlot> slots = [];
        while (await reader.ReadAsync(cancellationToken)) // a connected follower that has confirmed everything has no lag to tell of
            slots.Add(new ReplicationSlot(reader.GetString(0), reader.GetBoolean(1), reader.GetInt64(2), !reader.GetBoolean(6) ? null : reader.IsDBNull(3) ? 0 : reader.GetDouble(3), reader.GetInt64(4), reader.GetBoolean(5)));
        foreach (var slot in slots)
        {
            if (slot.Lost) problems.Add($"{name} has thrown away what slot {slot.Name} was to fetch (max_slot_wal_keep_size); run ./drchaffee replicate drop, then subscribe --replace.");
            else if (!slot.Active) problems.Add($"Nobody reads slot {slot.Name} of {name}, whose disk keeps {slot.KeptBytes:N0} bytes for it and more with every change; where that follower is gone for good, run ./drchaffee replicate drop.");
        }

        return slots;
    }

    private static async Task BothAsync(NpgsqlConnection publisher, NpgsqlConnection subscriber, string from, string to, string? slot, List<string> problems, CancellationToken cancellationToken)
    {
        var (published, subscribed) = (await LibraryFacts.ReadAsync(publisher, cancellationToken), await LibraryFacts.ReadAsync(subscriber, cancellationToken));
        if (SchemaOrder.Fault(published.Schema, from, subscribed.Schema, to) is { } order) problems.Add(order);
        if (slot is null) return;
        if (!await LibraryPublication.HasSlotAsync(publisher, slot, cancellationToken)) problems.Add($"{from} has no slot {slot} any more, so changes are missed; run ./drchaffee replicate drop, then subscribe --replace.");
        var fetched = (await TablesAsync(subscriber, cancellationToken)).Select(table => table.Table);
        if ((await LibraryPublication.OfferedAsync(publisher, cancellationToken) ?? []).Except(fetched, StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
            problems.Add($"{to} does not fetch {string.Join(", ", missing)}; run ./drchaffee replicate subscribe again.");
        if (await VectorIndexes.MissingAsync(publisher, subscriber, cancellationToken) is { Count: > 0 }) problems.Add($"{to} lacks a vector index that {from} has; run ./drchaffee replicate subscribe again.");
    }

    private static async Task<IReadOnlyList<FollowedTable>> TablesAsync(NpgsqlConnection subscriber, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT r.srrelid::regclass::text, CASE r.srsubstate WHEN 'i' THEN 'waiting' WHEN 'd' THEN 'copying' WHEN 'r' THEN 'following' ELSE 'catching up' END
            FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
            """, subscriber);
        command.Parameters.AddWithValue(LibrarySubscription.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<FollowedTable> tables = [];
        while (await reader.ReadAsync(cancellationToken)) tables.Add(new FollowedTable(reader.GetString(0), reader.GetString(1)));
        return tables;
    }
}
