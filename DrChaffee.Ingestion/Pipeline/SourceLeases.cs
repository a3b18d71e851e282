using System.Collections.Concurrent;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Machine;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>
/// The claims of one run. A claim is a lease in the database, renewed while the run lives: after <c>kill -9</c> it runs out, and the next run
/// takes the source up. The token rises when a claim is won and when it ends with a result, so that whoever planned before either is refused.
/// Disposing gives back what is still held.
/// </summary>
internal sealed partial class SourceLeases : IAsyncDisposable
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);
    private const int LeaseSeconds = 30;

    private readonly ConcurrentDictionary<long, CancellationTokenSource> _held = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _renewing;

    public SourceLeases(NpgsqlDataSource dataSource, Guid runId, TimeProvider time, ILogger logger)
    {
        (_dataSource, _time, _logger) = (dataSource, time, logger);
        Owner = $"{ThisProcess.Name}/{runId:N}";
        _renewing = RenewAsync(time);
    }

    public string Owner { get; }

    /// <summary>The sources that this run works on now.</summary>
    public ICollection<long> Held => _held.Keys;

    /// <summary>Cancelled when another process took the source over; none where the claim has ended.</summary>
    public CancellationToken LostToken(ClaimedSource source) => _held.TryGetValue(source.Id, out var lost) ? lost.Token : CancellationToken.None;

    /// <summary>Takes the given source of the queue, with all that the next stages need to know of it; null where another process was quicker.</summary>
    public async Task<(ClaimedSource Source, StoredPlan Plan)?> TakeAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand($"""
            WITH free AS (SELECT s.id FROM sources s WHERE s.id = $1 AND {WorkQueue.Takeable} FOR UPDATE SKIP LOCKED)
            UPDATE sources s SET state = 'working', stage = 'discover', state_reason = NULL, failure_class = NULL, failure_detail = NULL, next_try_at = NULL,
                attempts = s.attempts + 1, lease_owner = $2, lease_until = now() + interval '{LeaseSeconds} seconds', fencing_token = s.fencing_token + 1, updated_at = now()
            FROM free, sources o LEFT JOIN channels c ON c.id = o.channel_id
            WHERE s.id = free.id AND o.id = free.id
            RETURNING s.id, s.key, s.fencing_token, s.attempts, s.source_type, s.source_id, s.title, s.url, s.published_at, s.duration_sec, s.origin, s.description,
                s.thumbnail_url, s.fetch_plan::text, c.kind, c.address, c.title
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(Owner);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        var plan = StoredPlan.FromJson(reader.GetString(13));
        var channel = Text(14) is { } kind ? new ChannelFacts(kind, reader.GetString(15), reader.GetString(16)) : null;
        var facts = new SourceFacts(
            reader.GetString(4), reader.GetString(5), reader.GetString(6), channel, Text(7), reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
            reader.IsDBNull(9) ? null : TimeSpan.FromSeconds(reader.GetDouble(9)), Text(10) ?? plan.Plan.Location, reader.GetInt64(2))
        {
            OnlySpeaker = plan.OnlySpeaker,
            Description = Text(11),
            ThumbnailUrl = Text(12),
        };
        return (Hold(new ClaimedSource(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), facts) { Attempts = reader.GetInt32(3) }), plan);
    }

    /// <summary>Takes the source, or gives null where someone else has it, or had it since it was looked at.</summary>
    public async Task<ClaimedSource?> ClaimAsync(SourceFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            return await TryClaimAsync(facts, cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return await TryClaimAsync(facts, cancellationToken); // another process made the row at this moment, and its key was seen before its identity: now both are
        }
    }

    private async Task<ClaimedSource?> TryClaimAsync(SourceFacts facts, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand($"""
            INSERT INTO sources AS s (source_type, source_id, key, title, url, published_at, duration_sec, origin, state, stage, attempts,
                lease_owner, lease_until, fencing_token, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'working', 'discover', 1, $9, now() + interval '{LeaseSeconds} seconds', 1, 0)
            ON CONFLICT (source_type, source_id) DO UPDATE SET state = 'working', stage = 'discover', state_reason = NULL, failure_class = NULL,
                next_try_at = NULL, attempts = s.attempts + 1, lease_owner = excluded.lease_owner, lease_until = excluded.lease_until,
                fencing_token = s.fencing_token + 1, updated_at = now()
            WHERE (s.lease_until IS NULL OR s.lease_until < now()) AND s.fencing_token = $10
            RETURNING s.id, s.key, s.fencing_token, s.attempts
            """);
        command.Parameters.AddWithValue(facts.SourceType);
        command.Parameters.AddWithValue(facts.SourceId);
        command.Parameters.AddWithValue(facts.Key);
        command.Parameters.AddWithValue(facts.Title);
        command.Parameters.Add(Nullable(facts.Url));
        command.Parameters.Add(Nullable(facts.PublishedAt?.ToUniversalTime()));
        command.Parameters.Add(Nullable(facts.Duration?.TotalSeconds));
        command.Parameters.AddWithValue(facts.Origin);
        command.Parameters.AddWithValue(Owner);
        command.Parameters.AddWithValue(facts.ExpectedToken);

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return Hold(new ClaimedSource(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), facts) { Attempts = reader.GetInt32(3) });
    }

    /// <exception cref="LeaseLostException">Another process has the source now.</exception>
    public async Task EnterAsync(ClaimedSource source, Stage stage, CancellationToken cancellationToken)
    {
        if (await UpdateAsync(source, "stage = $3, updated_at = now()", cancellationToken, Text(SnakeCase.Name(stage))) == 0) throw new LeaseLostException(source.Key);
    }

    /// <summary>Ends the claim with a failure. A source that had a good transcript keeps it and stays done.</summary>
    /// <param name="contentHash">Of the content that failed, so that it is not tried again unchanged; null keeps what is known.</param>
    public async Task FailAsync(ClaimedSource source, Stage stage, SourceFailedException failure, string? contentHash, CancellationToken cancellationToken)
    {
        var next = RetryPolicy.Next(failure.FailureClass, source.Attempts, failure.RetryAfter, Random.Shared.NextDouble());
        await UpdateAsync(source, """
            state = CASE WHEN version > 0 THEN 'done' ELSE 'failed' END, stage = CASE WHEN version > 0 THEN 'store' ELSE $3 END,
            failure_class = CASE WHEN version > 0 THEN NULL ELSE $4 END, state_reason = CASE WHEN version > 0 THEN NULL ELSE $5 END,
            failure_detail = CASE WHEN version > 0 THEN NULL ELSE $6 END, next_try_at = now() + $7,
            content_hash = coalesce($8, content_hash), lease_owner = NULL, lease_until = NULL, fencing_token = fencing_token + 1, updated_at = now()
            """, cancellationToken, Text(SnakeCase.Name(stage)), Text(SnakeCase.Name(failure.FailureClass)), Text(failure.Message), Text(failure.Detail),
            new NpgsqlParameter { Value = next is { } delay ? delay : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval }, Text(contentHash));
        Forget(source);
    }

    /// <summary>Ends the claim of a source that waits for something outside.</summary>
    public async Task WaitAsync(ClaimedSource source, Stage stage, string reason, CancellationToken cancellationToken)
    {
        await UpdateAsync(source, """
            state = CASE WHEN version > 0 THEN 'done' ELSE 'waiting' END, stage = CASE WHEN version > 0 THEN 'store' ELSE $3 END,
            state_reason = CASE WHEN version > 0 THEN NULL ELSE $4 END, lease_owner = NULL, lease_until = NULL, fencing_token = fencing_token + 1, updated_at = now()
            """, cancellationToken, Text(SnakeCase.Name(stage)), Text(reason));
        Forget(source);
    }

    /// <summary>The store ended the claim in its own transaction, or someone else took the source over.</summary>
    public void Forget(ClaimedSource source)
    {
        if (_held.TryRemove(source.Id, out var lost)) lost.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        _ended.Dispose();
        if (_held.IsEmpty) return;
        try
        {
            await using var command = _dataSource.CreateCommand("""
                UPDATE sources SET state = CASE WHEN version > 0 AND fetch_plan IS NULL THEN 'done' ELSE 'queued' END, attempts = greatest(attempts - 1, 0),
                    lease_owner = NULL, lease_until = NULL, updated_at = now()
                WHERE lease_owner = $1 AND id = ANY($2)
                """);
            command.Parameters.AddWithValue(Owner);
            command.Parameters.AddWithValue(_held.Keys.ToArray());
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException ex)
        {
            LogNotGivenBack(ex, _held.Count); // they run out by themselves
        }

        foreach (var lost in _held.Values) lost.Dispose();
    }

    private ClaimedSource Hold(ClaimedSource source)
    {
        _held[source.Id] = new CancellationTokenSource();
        return source;
    }

    /// <summary>Gives how many rows it changed: none where the claim is no longer this run's.</summary>
    private Task<int> UpdateAsync(ClaimedSource source, string assignments, CancellationToken cancellationToken, params NpgsqlParameter[] values) =>
        DatabasePatience.AskAsync(async () =>
        {
            await using var command = _dataSource.CreateCommand($"UPDATE sources SET {assignments} WHERE id = $1 AND fencing_token = $2");
            command.Parameters.AddWithValue(source.Id);
            command.Parameters.AddWithValue(source.FencingToken);
            foreach (var value in values) command.Parameters.Add(value.Clone());
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }, _time, cancellationToken);

    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(RenewEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                if (_held.IsEmpty) continue;
                try
                {
                    await RenewOnceAsync();
                }
                catch (NpgsqlException ex)
                {
                    LogNotRenewed(ex, _held.Count); // the fencing token guards the store if the lease runs out meanwhile
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task RenewOnceAsync()
    {
        var held = _held.ToArray();
        HashSet<long> renewed = [];
        await using var command = _dataSource.CreateCommand(
            $"UPDATE sources SET lease_until = now() + interval '{LeaseSeconds} seconds' WHERE lease_owner = $1 AND id = ANY($2) RETURNING id");
        command.Parameters.AddWithValue(Owner);
        command.Parameters.AddWithValue(Array.ConvertAll(held, claim => claim.Key));
        await using (var reader = await command.ExecuteReaderAsync(_ended.Token))
        {
            while (await reader.ReadAsync(_ended.Token)) renewed.Add(reader.GetInt64(0));
        }

        foreach (var (id, lost) in held)
        {
            if (renewed.Contains(id) || !_held.TryGetValue(id, out var still) || still != lost) continue; // one that ended meanwhile is not lost
            try
            {
                await lost.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It ended at this moment.
            }
        }
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = value is null ? DBNull.Value : value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Nullable<T>(T? value) => new() { Value = value is null ? DBNull.Value : value };

    [LoggerMessage(LogLevel.Warning, "The leases of {Count} sources could not be renewed.")]
    private partial void LogNotRenewed(Exception exception, int count);

    [LoggerMessage(LogLevel.Warning, "The leases of {Count} sources could not be given back; they run out in half a minute.")]
    private partial void LogNotGivenBack(Exception exception, int count);
}
