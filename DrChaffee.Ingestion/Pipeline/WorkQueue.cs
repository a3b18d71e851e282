using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Storing;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>One source that a run puts into the queue.</summary>
internal sealed record WorkOrder(SourceFacts Facts, FetchPlan Plan, bool Keep);

/// <summary>One source of the queue, as far as the choice of the next needs it.</summary>
internal sealed record QueuedSource(long Id, string Key, string Title, string? Host, SourceStanding Standing);

/// <summary>The work of all processes on one database: the sources that are queued, or due for another try.</summary>
internal sealed class WorkQueue(NpgsqlDataSource dataSource, ReferenceRows references, HostCircuits circuits, TimeProvider time)
{
    /// <summary>What a process may take, as far as the row itself tells. A source whose process died is free when its lease has run out.</summary>
    public const string Takeable = """
        s.fetch_plan IS NOT NULL AND NOT s.set_aside AND (s.lease_until IS NULL OR s.lease_until < now())
        AND (s.state IN ('queued', 'working') OR s.state IN ('failed', 'waiting') AND s.next_try_at <= now())
        """;

    private const int BatchSize = 500;

    /// <summary>Puts sources into the queue and gives the numbers of those that are in it now; the rest are another process's, or were since they were planned.</summary>
    /// <param name="afresh">Forgets earlier attempts: a person asked for it.</param>
    public async Task<IReadOnlyDictionary<string, long>> PutAsync(IReadOnlyList<WorkOrder> orders, bool afresh, CancellationToken cancellationToken)
    {
        Dictionary<ChannelFacts, long> channels = [];
        foreach (var channel in orders.Select(order => order.Facts.Channel).OfType<ChannelFacts>().Distinct())
            channels[channel] = await DatabasePatience.AskAsync(() => references.ChannelAsync(channel, cancellationToken), time, cancellationToken);

        Dictionary<string, long> queued = new(StringComparer.Ordinal);
        foreach (var batch in orders.Chunk(BatchSize))
        {
            foreach (var (key, id) in await DatabasePatience.AskAsync(() => PutAgainAsync(batch, channels, afresh, cancellationToken), time, cancellationToken)) queued[key] = id;
        }

        return queued;
    }

    /// <summary>What may be next, the first to take first: by priority, then the given run's own, then the oldest. Paused channels are left out.</summary>
    /// <param name="own">The sources that the run itself queued.</param>
    /// <param name="onlyOwn">True where others' work is not for this machine.</param>
    public Task<IReadOnlyList<QueuedSource>> LookAsync(long[] own, bool onlyOwn, int skip, int take, CancellationToken cancellationToken) => ReadAsync($"""
        {Select} WHERE {Takeable} AND NOT coalesce(c.paused, false){(onlyOwn ? " AND s.id = ANY($1)" : "")}
        ORDER BY s.priority DESC, s.id = ANY($1) DESC, s.id OFFSET {skip} LIMIT {take}
        """, own, cancellationToken);

    /// <summary>How the given sources stand now. Those that are gone are left out.</summary>
    public Task<IReadOnlyList<QueuedSource>> StandingAsync(long[] ids, CancellationToken cancellationToken) =>
        ReadAsync($"{Select} WHERE s.id = ANY($1)", ids, cancellationToken);

    /// <summary>Ends when whatever a process that died had in hand is free again; at most as long as a lease lasts.</summary>
    public async Task OutwaitLeasesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT coalesce(max(extract(epoch FROM lease_until - now())), 0)::float8 FROM sources WHERE lease_until > now()");
        var seconds = await DatabasePatience.AskAsync(async () => (double)(await command.ExecuteScalarAsync(cancellationToken))!, time, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken);
    }

    /// <summary>Sources in whose work a process ended time and again are left to a person: one that ends every process must not come back for ever.</summary>
    public async Task GiveUpAbandonedAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            UPDATE sources SET state = CASE WHEN version > 0 THEN 'done' ELSE 'failed' END, failure_class = CASE WHEN version > 0 THEN NULL ELSE 'ours' END,
                state_reason = CASE WHEN version > 0 THEN NULL ELSE 'The program ended each time it worked on this, ' || attempts || ' times in all.' END,
                next_try_at = NULL, lease_owner = NULL, lease_until = NULL, fencing_token = fencing_token + 1, updated_at = now()
            WHERE state = 'working' AND lease_until < now() AND attempts >= {RetryPolicy.MostAbandoned} AND fetch_plan IS NOT NULL
            """);
        await DatabasePatience.AskAsync(() => command.ExecuteNonQueryAsync(cancellationToken), time, cancellationToken);
    }

    private const string Select = """
        SELECT s.id, s.key, s.title, s.state, s.state_reason, s.failure_class, s.attempts, s.next_try_at, s.lease_until, s.set_aside, s.fetch_plan::text,
            c.title, coalesce(c.paused, false), c.active_from, c.active_to
        FROM sources s LEFT JOIN channels c ON c.id = s.channel_id
        """;

    private async Task<IReadOnlyList<QueuedSource>> ReadAsync(string sql, long[] ids, CancellationToken cancellationToken)
    {
        var circuitOf = await circuits.LoadAsync(cancellationToken);
        var allPaused = circuitOf.GetValueOrDefault(HostCircuits.Everything)?.OpenUntil > time.GetUtcNow();
        return await DatabasePatience.AskAsync(async () =>
        {
            List<QueuedSource> sources = [];
            await using var command = dataSource.CreateCommand(sql);
            command.Parameters.AddWithValue(ids);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) sources.Add(Read(reader, circuitOf, allPaused));
            return (IReadOnlyList<QueuedSource>)sources;
        }, time, cancellationToken);
    }

    private static QueuedSource Read(NpgsqlDataReader reader, IReadOnlyDictionary<string, HostCircuit> circuitOf, bool allPaused)
    {
        var plan = reader.IsDBNull(10) ? null : StoredPlan.FromJson(reader.GetString(10)).Plan;
        var host = plan is null ? null : HostCircuits.HostOf(plan);
        var circuit = host is null ? null : circuitOf.GetValueOrDefault(host);
        return new QueuedSource(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), host, new SourceStanding
        {
            State = SnakeCase.Parse<SourceState>(reader.GetString(3)),
            StateReason = reader.IsDBNull(4) ? null : reader.GetString(4),
            FailureClass = reader.IsDBNull(5) ? null : SnakeCase.Parse<FailureClass>(reader.GetString(5)),
            Attempts = reader.GetInt32(6),
            NextTryAt = reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
            LeaseUntil = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
            SetAside = reader.GetBoolean(9),
            HasFetchPlan = plan is not null,
            MissingFile = plan is { Kind: FetchKind.File } && !File.Exists(plan.Location) ? plan.Location : null,
            ChannelTitle = reader.IsDBNull(11) ? null : reader.GetString(11),
            ChannelPaused = reader.GetBoolean(12),
            ActiveFrom = reader.IsDBNull(13) ? null : reader.GetFieldValue<TimeOnly>(13),
            ActiveTo = reader.IsDBNull(14) ? null : reader.GetFieldValue<TimeOnly>(14),
            Host = host,
            HostOpenUntil = circuit?.OpenUntil,
            HostReason = circuit?.Reason,
            AllPaused = allPaused,
        });
    }

    private async Task<IReadOnlyList<(string Key, long Id)>> PutAgainAsync(
        WorkOrder[] orders, Dictionary<ChannelFacts, long> channels, bool afresh, CancellationToken cancellationToken)
    {
        try
        {
            return await PutOnceAsync(orders, channels, afresh, cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return await PutOnceAsync(orders, channels, afresh, cancellationToken); // another process made a row at this moment, and its key was seen before its identity: now both are
        }
    }

    private async Task<IReadOnlyList<(string Key, long Id)>> PutOnceAsync(
        WorkOrder[] orders, Dictionary<ChannelFacts, long> channels, bool afresh, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            INSERT INTO sources AS s (source_type, source_id, key, title, channel_id, url, published_at, duration_sec, origin, description, thumbnail_url, fetch_plan,
                priority, state, stage, attempts, set_aside, fencing_token, version)
            SELECT w.source_type, w.source_id, w.key, w.title, w.channel_id, w.url, w.published_at, w.duration_sec, w.origin, w.description, w.thumbnail_url, w.fetch_plan::jsonb,
                coalesce(c.priority, 0), 'queued', 'discover', 0, false, w.token, 0
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) WITH ORDINALITY
                AS w(source_type, source_id, key, title, channel_id, url, published_at, duration_sec, origin, description, thumbnail_url, fetch_plan, token, place)
            LEFT JOIN channels c ON c.id = w.channel_id
            ORDER BY w.place
            ON CONFLICT (source_type, source_id) DO UPDATE SET state = 'queued', stage = 'discover', state_reason = NULL, failure_class = NULL, failure_detail = NULL,
                next_try_at = NULL, title = excluded.title, channel_id = coalesce(excluded.channel_id, s.channel_id), url = coalesce(excluded.url, s.url),
                published_at = coalesce(excluded.published_at, s.published_at), duration_sec = coalesce(s.duration_sec, excluded.duration_sec), origin = excluded.origin,
                description = coalesce(excluded.description, s.description), thumbnail_url = coalesce(excluded.thumbnail_url, s.thumbnail_url),
                fetch_plan = excluded.fetch_plan, attempts = CASE WHEN $14 THEN 0 ELSE s.attempts END, lease_owner = NULL, lease_until = NULL, updated_at = now()
            WHERE (s.lease_until IS NULL OR s.lease_until < now()) AND s.fencing_token = excluded.fencing_token
            RETURNING s.key, s.id
            """);
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.SourceType));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.SourceId));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.Key));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.Title));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Bigint, o => o.Facts.Channel is { } channel ? channels[channel] : (long?)null));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.Url));
        command.Parameters.Add(Column(orders, NpgsqlDbType.TimestampTz, o => o.Facts.PublishedAt?.ToUniversalTime()));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Double, o => o.Facts.Duration?.TotalSeconds));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.Origin));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.Description));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => o.Facts.ThumbnailUrl));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Text, o => new StoredPlan(o.Plan, o.Keep, o.Facts.OnlySpeaker).ToJson()));
        command.Parameters.Add(Column(orders, NpgsqlDbType.Bigint, o => o.Facts.ExpectedToken));
        command.Parameters.AddWithValue(afresh);

        List<(string Key, long Id)> queued = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) queued.Add((reader.GetString(0), reader.GetInt64(1)));
        return queued;
    }

    private static NpgsqlParameter Column<T>(WorkOrder[] orders, NpgsqlDbType type, Func<WorkOrder, T> value) =>
        new() { Value = Array.ConvertAll(orders, order => value(order)), NpgsqlDbType = NpgsqlDbType.Array | type };
}
