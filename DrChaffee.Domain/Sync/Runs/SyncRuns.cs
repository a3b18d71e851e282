using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace DrChaffee.Domain.Sync.Runs;

/// <summary>The last sync that wrote its progress into this library.</summary>
public sealed class SyncRuns(NpgsqlDataSource dataSource)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    public async Task<SyncRun?> LastAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT id, origin, target, started_at, finished_at, done, total, title, fault, report::text, finished_at IS NULL AND beat_at < now() - interval '15 seconds'
            FROM sync_runs ORDER BY started_at DESC LIMIT 1
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (finished, stopped) = (!reader.IsDBNull(4), reader.GetBoolean(10));
        return new SyncRun(
            reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), finished ? reader.GetFieldValue<DateTimeOffset>(4) : null,
            !finished && !stopped, reader.GetInt32(5), reader.GetInt32(6), reader.IsDBNull(7) ? null : reader.GetString(7),
            stopped ? "It stopped before its end; run it again: it goes on from there." : reader.IsDBNull(8) ? null : reader.GetString(8),
            reader.IsDBNull(9) ? null : JsonSerializer.Deserialize<SyncReport>(reader.GetString(9), Json));
    }

    internal static string Write(SyncReport report) => JsonSerializer.Serialize(report, Json);
}

/// <summary>One sync as pages show it.</summary>
/// <param name="From">The name of the library that is read.</param>
/// <param name="To">That of the one that is written.</param>
/// <param name="Fault">Why it did not come to its end, in a sentence.</param>
/// <param name="Report">What it did; null until it has.</param>
public sealed record SyncRun(
    Guid Id, string From, string To, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, bool Running, int Done, int Total, string? Title, string? Fault, SyncReport? Report);
