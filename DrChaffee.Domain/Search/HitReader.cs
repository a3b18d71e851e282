using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Domain.Sources;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search;

/// <summary>Reads passages and writes them as results.</summary>
internal sealed class HitReader(NpgsqlDataSource dataSource, Highlighter highlighter, WordsLeg words)
{
    /// <summary>The share of a question's words, each as telling as it is, from which on a passage counts as an exact match.</summary>
    private const float ExactShare = 0.5f;

    /// <summary>By passage; one deleted meanwhile is absent.</summary>
    public async Task<Dictionary<long, PassageRow>> ReadAsync(IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        Dictionary<long, PassageRow> rows = new(passages.Count);
        if (passages.Count == 0) return rows;
        await using var command = dataSource.CreateCommand("""
            SELECT p.id, p.source_id, s.key, s.title, s.published_at, s.url, k.name, p.start_sec, p.end_sec, p.text, p.words
            FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id WHERE p.id = ANY($1)
            """);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. passages], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetInt64(0)] = new PassageRow(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.GetDouble(7), reader.GetDouble(8), reader.GetString(9), new PassageWords(reader.GetFieldValue<NpgsqlTsVector>(10)));
        }

        return rows;
    }

    /// <summary>The results in the order given; one deleted meanwhile is left out.</summary>
    /// <param name="rows">What has been read already; the rest is read and added.</param>
    public async Task<IReadOnlyList<SearchHit>> WriteAsync(
        IReadOnlyList<FoldedResult> results, Dictionary<long, PassageRow> rows, QueryWords query, CancellationToken cancellationToken)
    {
        var wanted = results.SelectMany(r => r.Duplicates.Append(r.Best)).Select(c => c.PassageId).Where(id => !rows.ContainsKey(id)).ToArray();
        foreach (var (id, row) in await ReadAsync(wanted, cancellationToken)) rows[id] = row;
        var shown = results.Where(r => rows.ContainsKey(r.Best.PassageId)).ToArray();
        var marks = await highlighter.FindAsync([.. shown.Select(r => rows[r.Best.PassageId].Text)], [.. query.Lexemes.Select(l => l.Lexeme)], cancellationToken);
        return [.. shown.Select(result => Hit(result, rows, marks, query))];
    }

    private SearchHit Hit(FoldedResult result, Dictionary<long, PassageRow> rows, IReadOnlyDictionary<string, IReadOnlyList<int[]>> marks, QueryWords query)
    {
        var row = rows[result.Best.PassageId];
        return new SearchHit(
            row.SourceKey, row.Title, row.PublishedAt, row.Speaker, Math.Round(row.Start, 3), Math.Round(row.End, 3), row.Text, marks[row.Text], Math.Round(result.Best.Score, 4),
            SourceLinks.Published(row.Url, TimeSpan.FromSeconds(row.Start)), SourceLinks.Watch(row.SourceKey, TimeSpan.FromSeconds(row.Start)))
        {
            Match = words.Share(query, row.Words.Holds) >= ExactShare ? MatchKind.Exact : MatchKind.Related,
            Nearby = [.. result.Nearby.OrderBy(c => c.Start).Select(c => Folded(row, c.Start))],
            Duplicates = [.. result.Duplicates.Where(c => rows.ContainsKey(c.PassageId)).Select(c => Folded(rows[c.PassageId], c.Start))],
        };
    }

    private static FoldedHit Folded(PassageRow row, double start) =>
        new(row.SourceKey, row.Title, Math.Round(start, 3), SourceLinks.Watch(row.SourceKey, TimeSpan.FromSeconds(start)));
}
