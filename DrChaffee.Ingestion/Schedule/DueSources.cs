using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Pipeline;
using Npgsql;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>Tries again what failed for a passing reason, when its time has come. How its media is got stands with the source, so no channel need be looked at.</summary>
internal sealed class DueSources(ChaffeeSettings settings, NpgsqlDataSource dataSource, RunFactory runs, MediaStages mediaStages, TranscriptStages transcriptStages, VectorUpkeep upkeep)
{
    private const int MostAtOnce = 200;

    /// <returns>What became of them, in a sentence.</returns>
    public async Task<string> RetryAsync(CancellationToken cancellationToken)
    {
        var due = await ReadAsync(cancellationToken);
        if (due.Count == 0) return "Nothing was due.";

        var id = Guid.CreateVersion7();
        using var workFolder = mediaStages.OpenFolder(id);
        await using var run = runs.Open(id, quiet: false, observer: null);
        await using var stages = runs.OpenStages(run, cancellationToken);
        var report = await run.GuardAsync($"Try again {(due.Count == 1 ? "1 recording" : $"{due.Count} recordings")}", async () =>
        {
            run.Tally.Found(due.Count);
            var discovered = stages.Start<DiscoveredSource>(1, async output =>
            {
                foreach (var (facts, plan) in due)
                {
                    if (await run.Leases.ClaimAsync(facts, stages.Token) is not { } source) await run.SkippedAsync(facts.Key, facts.Title, "another run has it", stages.Token);
                    else await output.WriteAsync(new DiscoveredSource(source, plan, settings.StoreAudioLocally), stages.Token);
                }
            });
            await transcriptStages.RunAsync(mediaStages.Join(discovered, stages, workFolder), stages);
            await upkeep.RunAsync(cancellationToken);
        }, cancellationToken);
        return $"{report.Counts.Ended} tried again: {report.Counts.Done} done, {report.Counts.Failed} failed{(report.Counts.Waiting > 0 ? $", {report.Counts.Waiting} waiting" : "")}.";
    }

    private async Task<IReadOnlyList<(SourceFacts Facts, FetchPlan Plan)>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT s.source_type, s.source_id, s.title, c.kind, c.address, c.title, s.url, s.published_at, s.duration_sec, s.origin, s.fencing_token, s.fetch_plan::text
            FROM sources s LEFT JOIN channels c ON c.id = s.channel_id
            WHERE s.state = 'failed' AND s.failure_class = 'transient' AND s.next_try_at <= now() AND s.fetch_plan IS NOT NULL AND NOT s.set_aside
                AND NOT coalesce(c.paused, false) AND (s.lease_until IS NULL OR s.lease_until < now())
            ORDER BY s.priority DESC, s.next_try_at, s.id LIMIT {MostAtOnce}
            """);
        List<(SourceFacts, FetchPlan)> due = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            var plan = FetchPlan.FromJson(reader.GetString(11));
            var channel = Text(3) is { } kind ? new ChannelFacts(kind, reader.GetString(4), reader.GetString(5)) : null;
            due.Add((new SourceFacts(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), channel, Text(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
                reader.IsDBNull(8) ? null : TimeSpan.FromSeconds(reader.GetDouble(8)), Text(9) ?? plan.Location, reader.GetInt64(10)), plan));
        }

        return due;
    }
}
