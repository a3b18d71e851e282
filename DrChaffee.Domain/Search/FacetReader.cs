using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Ranking;

namespace DrChaffee.Domain.Search;

/// <summary>Looks at all results of a search, whatever page is shown: when they were published, and what they could be narrowed to.</summary>
internal sealed class FacetReader(LibraryReader library)
{
    private const int MostOfAKind = 12;

    /// <summary>By day of publication, recordings without one last; within a recording as before.</summary>
    public async Task<IReadOnlyList<FoldedResult>> SortAsync(IReadOnlyList<FoldedResult> results, SearchSort sort, CancellationToken cancellationToken)
    {
        if (sort == SearchSort.Relevance || results.Count == 0) return results;
        Dictionary<long, DateTime> published = [];
        await using var command = library.CreateCommand("SELECT id, published_at FROM sources WHERE id = ANY($1) AND published_at IS NOT NULL");
        command.Parameters.Add(RowNumbers.Parameter(results.Select(r => r.Best.SourceId).Distinct()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) published[reader.GetInt64(0)] = reader.GetDateTime(1);

        var dated = results.Where(r => published.ContainsKey(r.Best.SourceId));
        dated = sort == SearchSort.Newest ? dated.OrderByDescending(r => published[r.Best.SourceId]) : dated.OrderBy(r => published[r.Best.SourceId]);
        return [.. dated, .. results.Where(r => !published.ContainsKey(r.Best.SourceId))];
    }

    public async Task<SearchFacets> CountAsync(IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        List<(string? Channel, string? Speaker, int? Year)> found = [];
        await using var command = library.CreateCommand("""
            SELECT c.title, k.name, extract(year FROM s.published_at AT TIME ZONE 'UTC')::int
            FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN channels c ON c.id = s.channel_id LEFT JOIN speakers k ON k.id = p.speaker_id WHERE p.id = ANY($1)
            """);
        command.Parameters.Add(RowNumbers.Parameter(passages));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add((reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetInt32(2)));
        return new SearchFacets(
            Count(found.Select(f => f.Channel)), Count(found.Select(f => f.Speaker)), Count(found.Select(f => f.Year?.ToString(CultureInfo.InvariantCulture))));
    }

    private static IReadOnlyList<FacetCount> Count(IEnumerable<string?> values) =>
        [.. values.OfType<string>().GroupBy(v => v, StringComparer.Ordinal).Select(g => new FacetCount(g.Key, g.Count()))
            .OrderByDescending(f => f.Count).ThenBy(f => f.Value, StringComparer.Ordinal).Take(MostOfAKind)];
}
