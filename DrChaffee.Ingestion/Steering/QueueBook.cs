using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Steering;

/// <summary>Reads what waits and what failed, for pages and the HTTP interface alike. <see cref="SourceSteering"/> changes it.</summary>
public sealed class QueueBook
{
    private const string Free = "(s.lease_until IS NULL OR s.lease_until < now())";

    /// <summary>Of a source that nobody works on and that is not at its end.</summary>
    internal const string Waits = $"s.state <> 'done' AND {Free} AND NOT (s.state = 'failed' AND s.next_try_at IS NULL AND NOT s.set_aside)";

    private readonly NpgsqlDataSource _dataSource;
    private readonly WorkQueue _queue;
    private readonly TimeProvider _time;
    private readonly CachedValue<double?> _pace;

    internal QueueBook(NpgsqlDataSource dataSource, WorkQueue queue, TimeProvider time)
    {
        (_dataSource, _queue, _time) = (dataSource, queue, time);
        _pace = new CachedValue<double?>(TimeSpan.FromMinutes(1), time, MeasurePaceAsync);
    }

    /// <summary>What waits as it will be taken, then what is tried again later, then what is set aside; what failed the latest first.</summary>
    public async Task<Page<QueueItem>> ListAsync(QueueFilter filter, CancellationToken cancellationToken)
    {
        var where = (filter.FailureClass, filter.State) switch
        {
            (not null, _) => $"s.state = 'failed' AND coalesce(s.failure_class, 'ours') = '{SnakeCase.Name(filter.FailureClass.Value)}'",
            (_, { } state) => $"s.state = '{SnakeCase.Name(state)}'",
            _ => Waits,
        };
        var latestFirst = filter.FailureClass is not null || filter.State is SourceState.Failed or SourceState.Done;
        var from = $"""
            FROM sources s LEFT JOIN channels c ON c.id = s.channel_id
            WHERE {where} AND ($1 IS NULL OR c.title = $1 OR c.address = $1){(filter.WithoutSetAside ? " AND NOT s.set_aside" : "")}
            """;
        await using var counting = Command($"SELECT count(*) {from}", filter);
        var total = (int)(long)(await counting.ExecuteScalarAsync(cancellationToken))!;
        await using var command = Command($"""
            WITH line AS (SELECT s.id, row_number() OVER (ORDER BY s.priority DESC, s.id) AS place FROM sources s WHERE {WorkQueue.Takeable}),
                page AS (SELECT s.*, c.title AS channel, coalesce(c.paused, false) AS paused {from})
            SELECT p.id, p.key, p.title, p.state, p.stage, p.failure_class, p.state_reason, {(filter.WithDetail ? "p.failure_detail" : "NULL::text")}, p.failure_detail IS NOT NULL, p.attempts, p.next_try_at,
                p.priority, p.set_aside, line.place, p.channel, p.channel_id, p.paused, p.duration_sec, p.fetch_plan IS NOT NULL AND (p.lease_until IS NULL OR p.lease_until < now()), p.updated_at
            FROM page p LEFT JOIN line ON line.id = p.id
            ORDER BY {(latestFirst ? "p.updated_at DESC" : "line.place, p.set_aside, p.next_try_at, p.priority DESC")}, p.id OFFSET {filter.Skip} LIMIT {filter.Take}
            """, filter);
        List<(long Id, QueueItem Item)> rows = [];
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken)) rows.Add((reader.GetInt64(0), Read(reader)));
        }

        var now = _time.GetUtcNow();
        var standing = (await _queue.StandingAsync([.. rows.Select(row => row.Id)], cancellationToken)).ToDictionary(source => source.Id, source => source.Standing);
        return new Page<QueueItem>(total, [.. rows.Select(row => standing.TryGetValue(row.Id, out var source) ? row.Item with { Waits = WaitReason.Of(source, now, _time.LocalTimeZone) } : row.Item)]);
    }

    public async Task<QueueOverview> OverviewAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand($"""
            SELECT coalesce(sum(s.duration_sec) FILTER (WHERE NOT s.set_aside), 0), coalesce(sum(s.duration_sec) FILTER (WHERE {WorkQueue.Takeable}), 0),
                count(*) FILTER (WHERE NOT s.set_aside AND s.duration_sec IS NULL), count(*) FILTER (WHERE s.set_aside)
            FROM sources s WHERE {Waits}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (seconds, startable, unknown, setAside) = (reader.GetDouble(0), reader.GetDouble(1), (int)reader.GetInt64(2), (int)reader.GetInt64(3));
        var pace = startable > 0 ? await PaceAsync(cancellationToken) : null;
        return new QueueOverview(seconds / 3600, unknown, setAside, pace is { } timesRealTime ? TimeSpan.FromSeconds(startable / timesRealTime) : null);
    }

    /// <summary>The classes of which there is a failure.</summary>
    public async Task<IReadOnlyList<FailureGroup>> FailuresAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand($"""
            SELECT coalesce(s.failure_class, 'ours'), count(*), min(s.next_try_at), count(*) FILTER (WHERE s.next_try_at IS NULL), count(*) FILTER (WHERE s.fetch_plan IS NOT NULL AND {Free})
            FROM sources s WHERE s.state = 'failed' AND NOT s.set_aside GROUP BY 1
            """);
        List<FailureGroup> groups = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            groups.Add(new FailureGroup(SnakeCase.Parse<FailureClass>(reader.GetString(0)), (int)reader.GetInt64(1), Nullable<DateTimeOffset>(reader, 2), (int)reader.GetInt64(3), (int)reader.GetInt64(4)));
        return [.. groups.OrderBy(group => group.FailureClass)];
    }

    /// <summary>The last that failed of each class.</summary>
    public async Task<IReadOnlyList<LastFailure>> LastFailuresAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("""
            SELECT DISTINCT ON (coalesce(failure_class, 'ours')) coalesce(failure_class, 'ours'), key, stage, attempts, updated_at, state_reason, failure_detail
            FROM sources WHERE state = 'failed' ORDER BY coalesce(failure_class, 'ours'), updated_at DESC
            """);
        List<LastFailure> failures = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            failures.Add(new LastFailure(SnakeCase.Parse<FailureClass>(reader.GetString(0)), reader.GetString(1), SnakeCase.Parse<Stage>(reader.GetString(2)), reader.GetInt32(3), reader.GetFieldValue<DateTimeOffset>(4), Text(reader, 5), Text(reader, 6)));
        return failures;
    }

    /// <summary>All that the program which failed had to say; null where the sentence is all.</summary>
    public async Task<string?> DetailAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("SELECT failure_detail FROM sources WHERE key = $1");
        command.Parameters.AddWithValue(key);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>From where a recording can be processed again, one stage for each that makes a difference; none while somebody works on it.</summary>
    public async Task<IReadOnlyList<Stage>> StagesAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand($"SELECT s.fetch_plan IS NOT NULL AND s.source_type <> 'transcript', s.version > 0 FROM sources s WHERE s.key = $1 AND {Free}");
        command.Parameters.AddWithValue(key);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return [];
        IEnumerable<Stage> hearing = reader.GetBoolean(0) ? [Stage.Fetch, Stage.Transcribe] : [];
        return [.. hearing, .. reader.GetBoolean(1) ? (IEnumerable<Stage>)[Stage.IdentifySpeakers] : []];
    }

    /// <summary>Times real time over the last hours, counting only the minutes in which something was at work; null for less than five of them. Measured once a minute.</summary>
    public Task<double?> PaceAsync(CancellationToken cancellationToken) => _pace.GetAsync(cancellationToken);

    private async Task<double?> MeasurePaceAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("""
            SELECT coalesce(sum(duration_sec) FILTER (WHERE kind = 'done'), 0), count(DISTINCT date_trunc('minute', at))
            FROM ingestion_events WHERE at > now() - interval '3 hours' AND source_key IS NOT NULL
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (done, minutes) = (reader.GetDouble(0), reader.GetInt64(1));
        return done > 0 && minutes >= 5 ? done / (60 * minutes) : null;
    }

    private NpgsqlCommand Command(string sql, QueueFilter filter)
    {
        var command = _dataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)filter.Channel ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return command;
    }

    private static QueueItem Read(NpgsqlDataReader reader) => new(
        reader.GetString(1), reader.GetString(2), SnakeCase.Parse<SourceState>(reader.GetString(3)), SnakeCase.Parse<Stage>(reader.GetString(4)),
        Text(reader, 5) is { } failed ? SnakeCase.Parse<FailureClass>(failed) : null, Text(reader, 6), Waits: null, Text(reader, 7), reader.GetBoolean(8), reader.GetInt32(9), Nullable<DateTimeOffset>(reader, 10),
        reader.GetInt32(11), reader.GetBoolean(12), (int?)Nullable<long>(reader, 13), Text(reader, 14), Nullable<long>(reader, 15), reader.GetBoolean(16), Nullable<double>(reader, 17), reader.GetBoolean(18),
        reader.GetFieldValue<DateTimeOffset>(19));

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static T? Nullable<T>(NpgsqlDataReader reader, int column) where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
