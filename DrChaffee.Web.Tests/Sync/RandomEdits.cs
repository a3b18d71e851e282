using System.Globalization;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Sync;

/// <summary>What people and programs do to a library, by plain SQL.</summary>
internal sealed class RandomEdits(Random random, string mark)
{
    private int _made;

    public async Task MakeAsync(TestDatabase library, int count)
    {
        for (var i = 0; i < count; i++) await library.ScalarAsync<object>(Next());
    }

    private string Next()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{mark} {++_made}");
        var one = string.Create(CultureInfo.InvariantCulture, $"(SELECT id FROM sources ORDER BY md5(key || '{random.Next()}') LIMIT 1)");
        var segment = string.Create(CultureInfo.InvariantCulture, $"source_id = {one} AND ordinal = {random.Next(12)}");
        return random.Next(14) switch
        {
            < 5 => $"UPDATE segments SET text = '{text}' WHERE {segment}",
            5 or 6 => $"UPDATE segments SET speaker_id = (SELECT id FROM speakers WHERE source_id IS NULL ORDER BY md5(name || '{text}') LIMIT 1) WHERE {segment}",
            7 => $"DELETE FROM segments WHERE {segment}",
            8 => $"INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, times_estimated, engine_id) SELECT source_id, max(ordinal) + 1, max(end_sec), max(end_sec) + 1, '{text}', false, 1 FROM segments WHERE source_id = {one} GROUP BY source_id",
            9 => $"UPDATE sources SET title = '{text}' WHERE id = {one}",
            10 => $"UPDATE passages SET text = '{text}' WHERE {segment}",
            11 => $"DELETE FROM sources WHERE id = {one}",
            12 => $"""
                INSERT INTO sources (source_type, source_id, key, title, state, stage, attempts, fencing_token, version) VALUES ('file', '{text}', 'file-{text.Replace(' ', '-')}', '{text}', 'done', 'store', 0, 0, 1);
                INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, times_estimated, engine_id) SELECT max(id), 0, 0, 1, '{text}', false, 1 FROM sources
                """,
            _ => $"UPDATE speakers SET name = '{text}' WHERE id = (SELECT id FROM speakers WHERE source_id IS NULL ORDER BY md5(name || '{text}') LIMIT 1)",
        };
    }
}
