using System.Diagnostics;
using DrChaffee.Benchmarks.Search;
using DrChaffee.Domain.Sync;
using DrChaffee.Ingestion.Evaluation;

namespace DrChaffee.Benchmarks.Sync;

/// <summary>A whole library first, then changed segments, then nothing, then changes on both sides, then syncs that are killed, each with its checks.</summary>
internal sealed class SyncBenchmark(ScratchDatabase from, ScratchDatabase into, Action<string> tell)
{
    /// <summary>Passages hold what segments said: each is cut into the segments that it was made of.</summary>
    private const string Segments = """
        INSERT INTO engines (name, model, version) VALUES ('benchmark', '', '') ON CONFLICT DO NOTHING;
        INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, speaker_id, times_estimated, engine_id)
        SELECT p.source_id, p.first_segment + o, p.start_sec + o * (p.end_sec - p.start_sec) / n, p.start_sec + (o + 1) * (p.end_sec - p.start_sec) / n,
            array_to_string(said[1 + o * cardinality(said) / n : (o + 1) * cardinality(said) / n], ' '), p.speaker_id, true, (SELECT id FROM engines WHERE name = 'benchmark')
        FROM (SELECT *, last_segment - first_segment + 1 AS n, string_to_array(text, ' ') AS said FROM passages) p, generate_series(0, n - 1) o
        WHERE NOT EXISTS (SELECT FROM segments) ON CONFLICT DO NOTHING;
        ANALYZE segments
        """;

    private const int EditsThere = 1_000;
    private const int EditsHere = 20;

    public async Task<SyncFigures> RunAsync(string data, int passages, int edits, int kills, CancellationToken cancellationToken)
    {
        await new BenchmarkLibrary(from).FillAsync(data, passages, tell);
        await from.ExecuteAsync(Segments, cancellationToken);

        tell("first sync");
        var first = await SyncAsync(cancellationToken);
        tell($"{edits} changed segments");
        await ChangeAsync(edits, cancellationToken);
        var changed = await SyncAsync(cancellationToken);
        tell("nothing changed");
        var nothing = await SyncAsync(cancellationToken);
        tell($"{EditsThere} changes there, {EditsHere} here");
        var mix = await new SyncMix(from, into).RunAsync(EditsThere, EditsHere, cancellationToken);
        tell($"killed {kills} times");
        var killed = await new SyncKills(from, into).RunAsync(kills, () => ChangeAsync(edits, cancellationToken), TimeSpan.FromSeconds(changed.Report.Seconds), cancellationToken);
        return new SyncFigures(
            passages, first.Report.Segments.Added, first.Report.Recordings.Added, first.Report.Seconds, first.WithUpkeep, edits, changed.Report.Recordings.Changed, changed.Report.Segments.Changed, changed.Report.Seconds, nothing.Report.Seconds,
            mix.Report.OpenConflicts, mix.Report.Seconds, killed.Killed, first.Report.Agrees && changed.Report.Agrees && nothing.Report.Agrees && mix.Agree && killed.Agree);
    }

    private Task ChangeAsync(int edits, CancellationToken cancellationToken) =>
        from.ExecuteAsync($"UPDATE segments SET text = 'Checked: ' || text WHERE id IN (SELECT id FROM segments ORDER BY random() LIMIT {edits})", cancellationToken);

    private async Task<(SyncReport Report, double WithUpkeep)> SyncAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var report = await into.Get<LibrarySync>().RunAsync(from.ConnectionString, into.ConnectionString, new SyncOptions(), null, cancellationToken);
        return (report, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 2));
    }
}

/// <param name="FirstSeconds">The whole library, checks included.</param>
/// <param name="FirstWithIndexSeconds">The vector index that the library then gets included.</param>
/// <param name="EditedSeconds">The changed segments, checks included.</param>
/// <param name="MixedConflicts">Of changes on both sides, before they were settled.</param>
/// <param name="Killed">Syncs that were ended by force before they were through.</param>
internal sealed record SyncFigures(
    int Passages, int Segments, int Recordings, double FirstSeconds, double FirstWithIndexSeconds, int Edits, int EditedRecordings, int EditedSegments, double EditedSeconds, double NothingSeconds,
    int MixedConflicts, double MixedSeconds, int Killed, bool Agree);
