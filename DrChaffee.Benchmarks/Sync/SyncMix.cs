using System.Globalization;
using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Ingestion.Evaluation;

namespace DrChaffee.Benchmarks.Sync;

/// <summary>Edits, relabels, deletions and insertions on both sides, brought together in both directions.</summary>
internal sealed class SyncMix(ScratchDatabase from, ScratchDatabase into)
{
    /// <returns>Whether both libraries are the same in the end, conflicts settled; and the first of the syncs.</returns>
    public async Task<(bool Agree, SyncReport Report)> RunAsync(int there, int here, CancellationToken cancellationToken)
    {
        await from.ExecuteAsync(Edits(there), cancellationToken);
        await into.ExecuteAsync(Edits(here), cancellationToken);
        var report = await SyncAsync(from, into, new SyncOptions(), cancellationToken);
        var settled = await SyncAsync(from, into, new SyncOptions(Prefer: Preference.From), cancellationToken);
        var back = await SyncAsync(into, from, new SyncOptions(), cancellationToken);
        var last = await SyncAsync(from, into, new SyncOptions(Verify: true), cancellationToken);
        return (report.Agrees && settled.Agrees && back.Agrees && last is { Agrees: true, Verified: true, OpenConflicts: 0, Explained.Count: 0, Recordings: { Added: 0, Changed: 0, Deleted: 0, Kept: 0 } }, report);
    }

    public static Task<SyncReport> SyncAsync(ScratchDatabase from, ScratchDatabase into, SyncOptions options, CancellationToken cancellationToken) =>
        into.Get<LibrarySync>().RunAsync(from.ConnectionString, into.ConnectionString, options, null, cancellationToken);

    private static string Edits(int count)
    {
        return string.Create(CultureInfo.InvariantCulture, $"""
            UPDATE segments SET text = 'Edited: ' || text WHERE id IN {Any(2 * count / 5)};
            UPDATE segments s SET speaker_id = (SELECT id FROM speakers WHERE source_id IS NULL AND id <> coalesce(s.speaker_id, 0) ORDER BY md5(id::text || s.id) LIMIT 1) WHERE id IN {Any(count / 4)};
            DELETE FROM segments WHERE id IN {Any(count / 5)};
            INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, times_estimated, engine_id)
                SELECT source_id, max(ordinal) + 1, max(end_sec), max(end_sec) + 1, 'Added by hand.', false, max(engine_id) FROM segments
                WHERE source_id IN (SELECT id FROM sources ORDER BY random() LIMIT {count - 2 * count / 5 - count / 4 - count / 5}) GROUP BY source_id
            """);
        static string Any(int count) => string.Create(CultureInfo.InvariantCulture, $"(SELECT id FROM segments ORDER BY random() LIMIT {count})");
    }
}
