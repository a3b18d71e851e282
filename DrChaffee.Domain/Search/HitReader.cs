using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Domain.Sources;
using Npgsql;

namespace DrChaffee.Domain.Search;

/// <summary>Reads passages: the stored words of candidates, and all that is shown of results.</summary>
internal sealed class HitReader(NpgsqlDataSource dataSource, Highlighter highlighter, WordsLeg words)
{
    /// <summary>The stored words by passage; one deleted meanwhile is absent.</summary>
    public async Task<Dictionary<long, StoredWords>> WordsAsync(IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        Dictionary<long, StoredWords> stored = new(passages.Count);
        if (passages.Count == 0) return stored;
        await using var command = dataSource.CreateCommand("SELECT id, tsvectorsend(words) FROM passages WHERE id = ANY($1)");
        command.Parameters.Add(RowNumbers.Parameter(passages));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(long Passage, byte[] Sent)> rows = new(passages.Count);
        while (await reader.ReadAsync(cancellationToken)) rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        foreach (var (row, read) in rows.Zip(words.Read(rows.ConvertAll(row => row.Sent)))) stored[row.Passage] = read;
        return stored;
    }

    /// <summary>The results in the order given; one deleted meanwhile is left out.</summary>
    /// <param name="stored">The words of candidates that have been read already; those of the rest are read and added.</param>
    /// <param name="holdPhrases">Each of them holds what the question quotes.</param>
    public async Task<IReadOnlyList<SearchHit>> WriteAsync(
        IReadOnlyList<FoldedResult> results, Dictionary<long, StoredWords> stored, QueryWords query, bool holdPhrases, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync([.. results.SelectMany(r => r.Duplicates.Append(r.Best)).Select(c => c.PassageId)], cancellationToken);
        foreach (var (id, read) in await WordsAsync([.. results.Select(r => r.Best.PassageId).Where(id => !stored.ContainsKey(id))], cancellationToken)) stored[id] = read;
        var shown = results.Where(r => rows.ContainsKey(r.Best.PassageId) && stored.ContainsKey(r.Best.PassageId)).ToArray();
        var marks = await highlighter.FindAsync([.. shown.Select(r => rows[r.Best.PassageId].Text)], [.. query.Lexemes.Select(l => l.Lexeme)], cancellationToken);
        return [.. shown.Select(result => Hit(result, rows, marks, holdPhrases || query.AreIn(stored[result.Best.PassageId])))];
    }

    private async Task<Dictionary<long, PassageRow>> RowsAsync(IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        Dictionary<long, PassageRow> rows = new(passages.Count);
        if (passages.Count == 0) return rows;
        await using var command = dataSource.CreateCommand("""
            SELECT p.id, s.key, s.title, s.published_at, s.url, k.name, p.start_sec, p.end_sec, p.text
            FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id WHERE p.id = ANY($1)
            """);
        command.Parameters.Add(RowNumbers.Parameter(passages));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetInt64(0)] = new PassageRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetDouble(6), reader.GetDouble(7), reader.GetString(8));
        }

        return rows;
    }

    private static SearchHit Hit(FoldedResult result, Dictionary<long, PassageRow> rows, IReadOnlyDictionary<string, IReadOnlyList<int[]>> marks, bool exact)
    {
        var row = rows[result.Best.PassageId];
        return new SearchHit(
            row.SourceKey, row.Title, row.PublishedAt, row.Speaker, Math.Round(row.Start, 3), Math.Round(row.End, 3), row.Text, marks[row.Text], Math.Round(result.Best.Score, 4),
            SourceLinks.Published(row.Url, TimeSpan.FromSeconds(row.Start)), SourceLinks.Watch(row.SourceKey, TimeSpan.FromSeconds(row.Start)))
        {
            Match = exact ? MatchKind.Exact : MatchKind.Related,
            Nearby = [.. result.Nearby.OrderBy(c => c.Start).Select(c => Folded(row, c.Start))],
            Duplicates = [.. result.Duplicates.Where(c => rows.ContainsKey(c.PassageId)).Select(c => Folded(rows[c.PassageId], c.Start))],
        };
    }

    private static FoldedHit Folded(PassageRow row, double start) =>
        new(row.SourceKey, row.Title, Math.Round(start, 3), SourceLinks.Watch(row.SourceKey, TimeSpan.FromSeconds(start)));
}
