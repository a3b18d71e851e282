using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Steering;
using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Why one source waits.</summary>
/// <param name="Reason">A sentence; null where it does not wait.</param>
public sealed record SourceWait(string SourceKey, string Title, SourceState State, string? Reason);

/// <summary>What an admin may do to the queue, whichever process is at work. What is refused is refused with an <see cref="IngestionException"/> that says why.</summary>
public sealed class SourceSteering
{
    public const int GreatestPriority = 1_000_000;

    private const string NotLeased = "(lease_until IS NULL OR lease_until < now())";
    private const string Afresh = "state = 'queued', attempts = 0, next_try_at = NULL, state_reason = NULL, failure_class = NULL, failure_detail = NULL, lease_owner = NULL, lease_until = NULL, updated_at = now()";
    private static readonly DateTimeOffset ForEver = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly NpgsqlDataSource _dataSource;
    private readonly WorkQueue _queue;
    private readonly HostCircuits _circuits;
    private readonly IngestionPolicy _policy;
    private readonly IngestionRuns _runs;
    private readonly DatabaseState _database;
    private readonly TimeProvider _time;
    private readonly CachedValue<bool> _pausedLately;

    internal SourceSteering(NpgsqlDataSource dataSource, WorkQueue queue, HostCircuits circuits, IngestionPolicy policy, IngestionRuns runs, DatabaseState database, TimeProvider time)
    {
        (_dataSource, _queue, _circuits, _policy, _runs, _database, _time) = (dataSource, queue, circuits, policy, runs, database, time);
        _pausedLately = new CachedValue<bool>(TimeSpan.FromSeconds(2), time, IsPausedAsync);
    }

    /// <summary>Why nothing can be steered from this machine, in a sentence; null where it can.</summary>
    public async Task<string?> RefusalAsync(CancellationToken cancellationToken) => _policy.Refusal
        ?? (await _database.ModeAsync(cancellationToken) == DatabaseMode.ReadOnly ? "The database of this machine can only be read; steer ingestion on the machine that ingests." : null);

    /// <summary>Has a source that failed or waits tried again, as if for the first time.</summary>
    public async Task RetryAsync(string key, CancellationToken cancellationToken)
    {
        if (await ChangeAsync($"UPDATE sources SET {Afresh}, set_aside = false WHERE key = $1 AND state IN ('failed', 'waiting', 'queued') AND fetch_plan IS NOT NULL AND {NotLeased}", cancellationToken, key) > 0)
        {
            _runs.TakeUp();
            return;
        }

        var standing = await StandingOfAsync(key, cancellationToken);
        throw new IngestionException(standing switch
        {
            { LeaseUntil: not null } => "A process works on it at this moment.",
            { State: SourceState.Done } => "It is done; have it processed again instead.",
            _ => "Nobody knows how to get its media; ingest its channel or import its file again.",
        });
    }

    /// <summary>Has all sources that failed so tried again; gives how many there are.</summary>
    public async Task<int> RetryAllAsync(FailureClass failureClass, CancellationToken cancellationToken)
    {
        var retried = await ChangeAsync(
            $"UPDATE sources SET {Afresh} WHERE state = 'failed' AND coalesce(failure_class, 'ours') = $1 AND fetch_plan IS NOT NULL AND NOT set_aside AND {NotLeased}", cancellationToken, SnakeCase.Name(failureClass));
        if (retried > 0) _runs.TakeUp();
        return retried;
    }

    /// <summary>No run takes it until it is let go. Whoever works on it now ends that.</summary>
    public Task SetAsideAsync(string key, CancellationToken cancellationToken) => ChangeOneAsync("UPDATE sources SET set_aside = true, updated_at = now() WHERE key = $1", cancellationToken, key);

    public Task LetGoAsync(string key, CancellationToken cancellationToken) => ChangeOneAsync("UPDATE sources SET set_aside = false, updated_at = now() WHERE key = $1", cancellationToken, key);

    /// <param name="priority">The greater, the sooner; at most a million either way.</param>
    public Task SetPriorityAsync(string key, int priority, CancellationToken cancellationToken) => Math.Abs((long)priority) <= GreatestPriority
        ? ChangeOneAsync("UPDATE sources SET priority = $2, updated_at = now() WHERE key = $1", cancellationToken, key, priority)
        : throw new IngestionException($"The priority is {priority}; it may be at most {GreatestPriority} either way.");

    /// <summary>Puts a source directly before or after another that waits: its priority changes, and those of as few others as can be.</summary>
    public async Task MoveAsync(string key, string anchor, bool before, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await QueueMove.MoveAsync(_dataSource, key, anchor, before, cancellationToken);
    }

    /// <summary>Has a source done again from a stage on. What it has is shown until the new is stored.</summary>
    /// <param name="from">After <see cref="Stage.Transcribe"/> the stored words are taken; before, they are listened to again.</param>
    public async Task ReprocessAsync(string key, Stage from, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var finding = new NpgsqlCommand($"SELECT id, version > 0, fetch_plan IS NOT NULL AND source_type <> 'transcript', {NotLeased} FROM sources WHERE key = $1 FOR UPDATE", connection);
        finding.Parameters.AddWithValue(key);
        long id;
        await using (var reader = await finding.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken)) throw Unknown(key);
            id = reader.GetInt64(0);
            if (!reader.GetBoolean(3)) throw new IngestionException("A process works on it at this moment; try again when it has ended.");
            if (from > Stage.Transcribe && !reader.GetBoolean(1)) throw new IngestionException("It has no transcript yet; process it from an earlier stage.");
            if (from <= Stage.Transcribe && !reader.GetBoolean(2)) throw new IngestionException("It came as a transcript and has no media to fetch; import its file again, or process it from a later stage.");
        }

        if (from > Stage.Transcribe)
        {
            var said = StageCheckpoints.Pack(await StoredWords.ReadAsync(connection, id, cancellationToken));
            await ExecuteAsync(connection, """
                INSERT INTO source_checkpoints (source_id, stage, content_key, result) VALUES ($1, 'transcribe', $2, $3)
                ON CONFLICT (source_id, stage) DO UPDATE SET content_key = excluded.content_key, result = excluded.result, created_at = now()
                """, cancellationToken, id, StageCheckpoints.Given, said);
        }
        else
        {
            await ExecuteAsync(connection, from <= Stage.Fetch ? "DELETE FROM source_checkpoints WHERE source_id = $1" : "DELETE FROM source_checkpoints WHERE source_id = $1 AND stage <> 'fetch'", cancellationToken, id);
        }

        await ExecuteAsync(connection, $"""
            UPDATE sources SET {Afresh}, set_aside = false, fencing_token = fencing_token + 1,
                fetch_plan = coalesce(fetch_plan, jsonb_build_object('kind', 'file', 'location', coalesce(media_path, origin, key))) WHERE id = $1
            """, cancellationToken, id);
        await transaction.CommitAsync(cancellationToken);
        _runs.TakeUp();
    }

    /// <summary>No process takes up anything more, from at most two seconds on; what is in hand is finished.</summary>
    public Task PauseAllAsync(CancellationToken cancellationToken) => ChangeAsync("""
        INSERT INTO host_circuits (host, failures, open_until, reason) VALUES ($1, 0, $2, 'An admin paused everything.')
        ON CONFLICT (host) DO UPDATE SET open_until = excluded.open_until, updated_at = now()
        """, cancellationToken, HostCircuits.Everything, ForEver);

    public async Task ResumeAllAsync(CancellationToken cancellationToken)
    {
        if (await CloseCircuitAsync(HostCircuits.Everything, cancellationToken)) _runs.TakeUp();
    }

    public async Task<bool> IsPausedAsync(CancellationToken cancellationToken) =>
        (await _circuits.LoadAsync(cancellationToken)).GetValueOrDefault(HostCircuits.Everything)?.OpenUntil > _time.GetUtcNow();

    /// <summary>The same, two seconds old at most and read once for everyone: for pages that ask with each picture.</summary>
    public Task<bool> WasPausedAsync(CancellationToken cancellationToken) => _pausedLately.GetAsync(cancellationToken);

    /// <summary>Nothing of the channel is taken up, and it is not looked at.</summary>
    public Task PauseChannelAsync(long channel, bool paused, CancellationToken cancellationToken) =>
        ChangeOneAsync("UPDATE channels SET paused = $2, updated_at = now() WHERE id = $1", cancellationToken, channel, paused);

    /// <summary>Hosts that failed since they last answered, those left alone the longest first.</summary>
    public async Task<IReadOnlyList<HostCircuit>> CircuitsAsync(CancellationToken cancellationToken) =>
        [.. (await _circuits.LoadAsync(cancellationToken)).Values.Where(circuit => circuit.Host != HostCircuits.Everything).OrderByDescending(circuit => circuit.OpenUntil)];

    /// <summary>The host is asked as usual, from now on. False where it was so already.</summary>
    public async Task<bool> CloseCircuitAsync(string host, CancellationToken cancellationToken) => await ChangeAsync("DELETE FROM host_circuits WHERE host = $1", cancellationToken, host) > 0;

    /// <summary>Why each of the sources waits, as this machine sees it.</summary>
    public async Task<IReadOnlyList<SourceWait>> WhyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        List<long> ids = [];
        await using (var command = Command("SELECT id FROM sources WHERE key = ANY($1)", (object)keys.ToArray()))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetInt64(0));
        }

        var now = _time.GetUtcNow();
        return [.. (await _queue.StandingAsync([.. ids], cancellationToken)).Select(source => new SourceWait(source.Key, source.Title, source.Standing.State, WaitReason.Of(source.Standing, now, _time.LocalTimeZone)))];
    }

    private async Task<SourceStanding> StandingOfAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT id FROM sources WHERE key = $1", key);
        return await command.ExecuteScalarAsync(cancellationToken) is long id && (await _queue.StandingAsync([id], cancellationToken)) is [var source] ? source.Standing : throw Unknown(key);
    }

    private async Task ChangeOneAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        if (await ChangeAsync(sql, cancellationToken, values) == 0) throw Unknown(values[0].ToString()!);
    }

    private async Task<int> ChangeAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await RequireAsync(cancellationToken);
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = _dataSource.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return command;
    }

    private async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (await RefusalAsync(cancellationToken) is { } refusal) throw new IngestionRefusedException(refusal);
    }

    private static NoSuchSourceException Unknown(string key) => new(key);
}
