using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Domain.Search;

/// <summary>Reads passages: the stored words of candidates, and all that is shown of results.</summary>
internal sealed class HitReader(LibraryReader library, Highlighter highlighter, WordsLeg words)
{
    /// <summary>A passage of at most so many characters that ends in a question mark is a question whose answer comes next; a longer one says something itself.</summary>
    private const int LongestBareQuestion = 160;

    /// <summary>The stored words by passage; one deleted meanwhile is absent.</summary>
    public async Task<Dictionary<long, StoredWords>> WordsAsync(IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        Dictionary<long, StoredWords> stored = new(passages.Count);
        if (passages.Count == 0) return stored;
        await using var command = library.CreateCommand("SELECT id, tsvectorsend(words) FROM passages WHERE id = ANY($1)");
        command.Parameters.Add(RowNumbers.Parameter(passages));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(long Passage, byte[] Sent)> rows = new(passages.Count);
        while (await reader.ReadAsync(cancellationToken)) rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        foreach (var (row, read) in rows.Zip(words.Read(rows.ConvertAll(row => row.Sent)))) stored[row.Passage] = read;
        return stored;
    }

    /// <summary>The results in the order given; one deleted meanwhile is left out.</summary>
    /// <param name="holdPhrases">Each of them holds what the question quotes.</param>
    public async Task<IReadOnlyList<SearchHit>> WriteAsync(
        IReadOnlyList<FoldedResult> results, QueryWords query, bool holdPhrases, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync([.. results.SelectMany(r => r.Duplicates.Append(r.Best)).Select(c => c.PassageId)], cancellationToken);
        var shown = results.Where(r => rows.ContainsKey(r.Best.PassageId)).ToArray();
        string[] texts = [.. shown.Select(r => rows[r.Best.PassageId]).SelectMany(row => row.Reply is { } reply ? (string[])[row.Text, reply.Text] : [row.Text])];
        var marks = await highlighter.FindAsync(texts, [.. query.Lexemes.Select(l => l.Lexeme)], cancellationToken);
        var telling = query.Telling();
        return [.. shown.Select(result => Hit(result, rows, marks, holdPhrases || words.HoldsAll(telling, result.Best)))];
    }

    private async Task<Dictionary<long, PassageRow>> RowsAsync(IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        Dictionary<long, PassageRow> rows = new(passages.Count);
        if (passages.Count == 0) return rows;
        await using var command = library.CreateCommand("""
            SELECT p.id, s.key, s.title, s.published_at, s.url, k.name, p.start_sec, p.end_sec, p.text, r.id, r.name, r.start_sec, r.text
            FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id
            LEFT JOIN LATERAL (SELECT n.id, n.start_sec, n.text, l.name FROM passages n LEFT JOIN speakers l ON l.id = n.speaker_id
                WHERE n.source_id = p.source_id AND n.ordinal = p.ordinal + 1 AND right(p.text, 1) = '?' AND length(p.text) <= $2) r ON true
            WHERE p.id = ANY($1)
            """);
        command.Parameters.Add(RowNumbers.Parameter(passages));
        command.Parameters.AddWithValue(LongestBareQuestion);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetInt64(0)] = new PassageRow(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetDouble(6), reader.GetDouble(7), reader.GetString(8))
            {
                Reply = reader.IsDBNull(9) ? null : (reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetString(10), reader.GetDouble(11), reader.GetString(12)),
            };
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
            Reply = row.Reply is { } reply
                ? new Reply(reply.Speaker, Math.Round(reply.Start, 3), reply.Text, marks[reply.Text], SourceLinks.Watch(row.SourceKey, TimeSpan.FromSeconds(reply.Start)))
                : null,
            Nearby = [.. result.Nearby.Where(c => c.PassageId != row.Reply?.PassageId).OrderBy(c => c.Start).Select(c => Folded(row, c.Start))],
            Duplicates = [.. result.Duplicates.Where(c => rows.ContainsKey(c.PassageId)).Select(c => Folded(rows[c.PassageId], c.Start))],
        };
    }

    private static FoldedHit Folded(PassageRow row, double start) =>
        new(row.SourceKey, row.Title, Math.Round(start, 3), SourceLinks.Watch(row.SourceKey, TimeSpan.FromSeconds(start)));
}
