using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sources;
using Npgsql;

namespace DrChaffee.Ingestion.Alerts.Checks;

/// <summary>
/// The recordings that failed within a time and still wait for a person. What is gone needs none, what fails for a passing reason only after it was given up;
/// what was retried or set aside meanwhile waits no longer.
/// </summary>
internal sealed class NightFailures(NpgsqlDataSource dataSource)
{
    private const int MostTitles = 3;

    private const string Waits =
        "s.state = 'failed' AND NOT s.set_aside AND (s.failure_class IN ('blocked', 'unsupported', 'broken', 'ours') OR (s.failure_class = 'transient' AND s.next_try_at IS NULL))";

    /// <returns>What waits, by class with the first few titles, in two sentences; null where nothing does.</returns>
    public async Task<(int Count, string Sentences)?> TellAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT s.failure_class, s.title FROM sources s
            WHERE {Waits}
                AND EXISTS (SELECT FROM ingestion_events e WHERE e.source_key = s.key AND e.kind = 'failed' AND e.at > $1 AND e.at <= $2)
            ORDER BY s.published_at DESC NULLS LAST, s.id
            """);
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(to);
        List<(FailureClass Class, string Title)> failures = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) failures.Add((SnakeCase.Parse<FailureClass>(reader.GetString(0)), reader.GetString(1)));
        return failures.Count == 0 ? null : (failures.Count, Tell(failures));
    }

    /// <summary>How many wait for a person, whenever they failed.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"SELECT count(*) FROM sources s WHERE {Waits}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string Tell(List<(FailureClass Class, string Title)> failures)
    {
        var classes = failures.GroupBy(failure => failure.Class).OrderBy(group => group.Key).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {SnakeCase.Name(group.Key)}"));
        var titles = string.Join(", ", failures.Take(MostTitles).Select(failure => $"“{failure.Title}”"));
        var rest = failures.Count > MostTitles ? string.Create(CultureInfo.InvariantCulture, $" and {failures.Count - MostTitles} more") : "";
        return $"{Waiting(failures.Count)}: {string.Join(", ", classes)}. {titles}{rest}. Retry them or set them aside on the dashboard, under Failures.";
    }

    public static string Waiting(long count) => count == 1 ? "1 recording failed and waits for a person" : string.Create(CultureInfo.InvariantCulture, $"{count} recordings failed and wait for a person");
}
