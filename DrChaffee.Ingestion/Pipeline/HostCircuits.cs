using System.Collections.Concurrent;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>
/// A circuit breaker for each host, shared by all processes through <c>host_circuits</c>. A refusal opens it at once, transient failures in a row after the
/// third; it stays open longer each time. When its time is over one request is let through: its success closes the circuit, its failure opens it anew.
/// </summary>
internal sealed class HostCircuits(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>The circuit of every host and file: open while an admin has paused everything.</summary>
    public const string Everything = "*";

    private const int FailuresInARow = 3;

    /// <summary>How long the one request that is let through may take before another is.</summary>
    private static readonly TimeSpan Probe = TimeSpan.FromMinutes(2);
    private static readonly (TimeSpan First, TimeSpan Longest) Refused = (TimeSpan.FromMinutes(15), TimeSpan.FromHours(6));
    private static readonly (TimeSpan First, TimeSpan Longest) Failing = (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    private readonly ConcurrentDictionary<string, bool> _probing = new(StringComparer.Ordinal);

    /// <summary>The host that a plan asks, in lower case and without a port; null for a file.</summary>
    public static string? HostOf(FetchPlan plan) =>
        plan.Kind != FetchKind.File && Uri.TryCreate(plan.Location, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address.Host.ToLowerInvariant() : null;

    /// <summary>Every host that failed since it last answered.</summary>
    public Task<IReadOnlyDictionary<string, HostCircuit>> LoadAsync(CancellationToken cancellationToken) => DatabasePatience.AskAsync(async () =>
    {
        Dictionary<string, HostCircuit> circuits = new(StringComparer.Ordinal);
        await using var command = dataSource.CreateCommand("SELECT host, failures, open_until, reason, updated_at, since FROM host_circuits");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            circuits[reader.GetString(0)] = new HostCircuit
            {
                Host = reader.GetString(0),
                Failures = reader.GetInt32(1),
                OpenUntil = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(2),
                Reason = await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetString(3),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset>(4),
                Since = reader.GetFieldValue<DateTimeOffset>(5),
            };
        }

        return (IReadOnlyDictionary<string, HostCircuit>)circuits;
    }, time, cancellationToken);

    /// <summary>For a host whose circuit's time is over: true for the one who asks first, among all processes.</summary>
    public async Task<bool> TryProbeAsync(string host, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("UPDATE host_circuits SET open_until = now() + $2 WHERE host = $1 AND open_until <= now()");
        command.Parameters.AddWithValue(host);
        command.Parameters.AddWithValue(Probe);
        if (await DatabasePatience.AskAsync(() => command.ExecuteNonQueryAsync(cancellationToken), time, cancellationToken) == 0) return false;
        _probing[host] = true;
        return true;
    }

    /// <summary>The host answered. One that refuses others at this moment stays open for its time, unless this was the request let through.</summary>
    public async Task SucceededAsync(string host, CancellationToken cancellationToken)
    {
        var probed = _probing.TryRemove(host, out _);
        await using var command = dataSource.CreateCommand("DELETE FROM host_circuits WHERE host = $1 AND ($2 OR open_until IS NULL OR open_until <= now())");
        command.Parameters.AddWithValue(host);
        command.Parameters.AddWithValue(probed);
        await DatabasePatience.AskAsync(() => command.ExecuteNonQueryAsync(cancellationToken), time, cancellationToken);
    }

    /// <summary>Counts a failure of the host, and gives how long it is left alone from now; null where it is asked as before.</summary>
    public Task<TimeSpan?> FailedAsync(string host, FailureClass failureClass, string reason, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var probed = _probing.TryRemove(host, out _);
        return DatabasePatience.AskAsync(async () =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var counting = new NpgsqlCommand("""
                INSERT INTO host_circuits AS c (host, failures, reason) VALUES ($1, 1, $2)
                ON CONFLICT (host) DO UPDATE SET failures = CASE WHEN c.open_until > now() AND NOT $3 THEN c.failures ELSE c.failures + 1 END, reason = excluded.reason, updated_at = now()
                RETURNING failures
                """, connection);
            counting.Parameters.AddWithValue(host);
            counting.Parameters.AddWithValue(reason);
            counting.Parameters.AddWithValue(probed);
            var failures = (int)(await counting.ExecuteScalarAsync(cancellationToken))!;
            var open = OpenFor(failureClass, failures, retryAfter);
            if (open is not null)
            {
                // Those that were under way when it opened fail too: they never shorten it.
                await using var opening = new NpgsqlCommand("UPDATE host_circuits SET open_until = CASE WHEN $3 THEN now() + $2 ELSE greatest(open_until, now() + $2) END WHERE host = $1", connection);
                opening.Parameters.AddWithValue(host);
                opening.Parameters.AddWithValue(open.Value);
                opening.Parameters.AddWithValue(probed);
                await opening.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return open;
        }, time, cancellationToken);
    }

    /// <param name="failures">In a row, this one included.</param>
    internal static TimeSpan? OpenFor(FailureClass failureClass, int failures, TimeSpan? retryAfter)
    {
        TimeSpan? open = failureClass switch
        {
            FailureClass.Blocked => Growing(Refused, failures - 1),
            FailureClass.Transient when failures >= FailuresInARow => Growing(Failing, failures - FailuresInARow),
            _ => null,
        };
        if (retryAfter is not { } asked) return open;
        if (asked > Refused.Longest) asked = Refused.Longest;
        return open > asked ? open : asked;
    }

    private static TimeSpan Growing((TimeSpan First, TimeSpan Longest) range, int times) =>
        TimeSpan.FromSeconds(Math.Min(range.First.TotalSeconds * Math.Pow(2, times), range.Longest.TotalSeconds));
}
