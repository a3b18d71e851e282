using System.Collections.Concurrent;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>
/// The claims of one run. A claim is a lease in the database, renewed while the run lives: after <c>kill -9</c> it runs out, and the next run
/// takes the source up. The token rises when a claim is won and when it ends with a result, so that whoever planned before either is refused.
/// Disposing gives back what is still held.
/// </summary>
internal sealed partial class SourceLeases : IAsyncDisposable
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);
    private const int LeaseSeconds = 60;

    private readonly ConcurrentDictionary<long, ClaimedSource> _held = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly NpgsqlDataSource _dataSource;
    private readonly ILogger _logger;
    private readonly Task _renewing;

    public SourceLeases(NpgsqlDataSource dataSource, Guid runId, TimeProvider time, ILogger logger)
    {
        (_dataSource, _logger) = (dataSource, logger);
        Owner = $"{Environment.MachineName}/{Environment.ProcessId}/{runId:N}";
        _renewing = RenewAsync(time);
    }

    public string Owner { get; }

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
            RETURNING s.id, s.key, s.fencing_token
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
        var claimed = new ClaimedSource(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), facts);
        _held[claimed.Id] = claimed;
        return claimed;
    }

    public Task EnterAsync(ClaimedSource source, Stage stage, CancellationToken cancellationToken) =>
        UpdateAsync(source, "stage = $3, updated_at = now()", cancellationToken, SnakeCase.Name(stage));

    /// <summary>Ends the claim with a failure. A source that had a good transcript keeps it and stays done.</summary>
    /// <param name="contentHash">Of the content that failed, so that it is not tried again unchanged; null keeps what is known.</param>
    public async Task FailAsync(ClaimedSource source, Stage stage, FailureClass failureClass, string reason, string? contentHash, CancellationToken cancellationToken)
    {
        await UpdateAsync(source, """
            state = CASE WHEN version > 0 THEN 'done' ELSE 'failed' END, stage = CASE WHEN version > 0 THEN 'store' ELSE $3 END,
            failure_class = CASE WHEN version > 0 THEN NULL ELSE $4 END, state_reason = CASE WHEN version > 0 THEN NULL ELSE $5 END,
            next_try_at = CASE WHEN $4 = 'transient' THEN now() + least(attempts * attempts, 60) * interval '1 minute' END,
            content_hash = coalesce(nullif($6, ''), content_hash), lease_owner = NULL, lease_until = NULL, fencing_token = fencing_token + 1, updated_at = now()
            """, cancellationToken, SnakeCase.Name(stage), SnakeCase.Name(failureClass), reason, contentHash ?? "");
        Forget(source);
    }

    /// <summary>Ends the claim of a source that waits for something outside.</summary>
    public async Task WaitAsync(ClaimedSource source, Stage stage, string reason, CancellationToken cancellationToken)
    {
        await UpdateAsync(source, """
            state = CASE WHEN version > 0 THEN 'done' ELSE 'waiting' END, stage = CASE WHEN version > 0 THEN 'store' ELSE $3 END,
            state_reason = CASE WHEN version > 0 THEN NULL ELSE $4 END, lease_owner = NULL, lease_until = NULL, fencing_token = fencing_token + 1, updated_at = now()
            """, cancellationToken, SnakeCase.Name(stage), reason);
        Forget(source);
    }

    /// <summary>The store ended the claim in its own transaction, or someone else took the source over.</summary>
    public void Forget(ClaimedSource source) => _held.TryRemove(source.Id, out _);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        _ended.Dispose();
        if (_held.IsEmpty) return;
        try
        {
            await using var command = _dataSource.CreateCommand("""
                UPDATE sources SET state = CASE WHEN version > 0 THEN 'done' ELSE 'queued' END, lease_owner = NULL, lease_until = NULL, updated_at = now()
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
    }

    private async Task UpdateAsync(ClaimedSource source, string assignments, CancellationToken cancellationToken, params string[] values)
    {
        await using var command = _dataSource.CreateCommand($"UPDATE sources SET {assignments} WHERE id = $1 AND fencing_token = $2");
        command.Parameters.AddWithValue(source.Id);
        command.Parameters.AddWithValue(source.FencingToken);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

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
                    await using var command = _dataSource.CreateCommand(
                        $"UPDATE sources SET lease_until = now() + interval '{LeaseSeconds} seconds' WHERE lease_owner = $1 AND id = ANY($2)");
                    command.Parameters.AddWithValue(Owner);
                    command.Parameters.AddWithValue(_held.Keys.ToArray());
                    await command.ExecuteNonQueryAsync(_ended.Token);
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

    private static NpgsqlParameter Nullable<T>(T? value) => new() { Value = value is null ? DBNull.Value : value };

    [LoggerMessage(LogLevel.Warning, "The leases of {Count} sources could not be renewed.")]
    private partial void LogNotRenewed(Exception exception, int count);

    [LoggerMessage(LogLevel.Warning, "The leases of {Count} sources could not be given back; they run out in a minute.")]
    private partial void LogNotGivenBack(Exception exception, int count);
}
