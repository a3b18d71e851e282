using System.Collections.Concurrent;
using DrChaffee.Domain.Search.Words;
using Npgsql;

namespace DrChaffee.Domain.Search;

/// <summary>The words of recordings' titles, stemmed by PostgreSQL once and kept.</summary>
internal sealed class TitleWords(NpgsqlDataSource dataSource, WordsLeg words)
{
    private const int MostKept = 50_000;

    private readonly ConcurrentDictionary<string, IReadOnlySet<string>> _known = new(StringComparer.Ordinal);

    /// <summary>The share of the question's words, each as telling as it is, that a recording's title holds; 0 to 1, by recording.</summary>
    public async Task<IReadOnlyDictionary<long, float>> SharesAsync(QueryWords query, IEnumerable<PassageRow> rows, CancellationToken cancellationToken)
    {
        var titles = rows.DistinctBy(row => row.SourceId).ToDictionary(row => row.SourceId, row => row.Title);
        await LearnAsync([.. titles.Values.Where(title => !_known.ContainsKey(title)).Distinct(StringComparer.Ordinal)], cancellationToken);
        return titles.ToDictionary(title => title.Key, title => _known.TryGetValue(title.Value, out var held) ? words.Share(query, held.Contains) : 0);
    }

    private async Task LearnAsync(string[] titles, CancellationToken cancellationToken)
    {
        if (titles.Length == 0) return;
        if (_known.Count > MostKept) _known.Clear();
        await using var command = dataSource.CreateCommand("SELECT t, tsvector_to_array(to_tsvector('english', t)) FROM unnest($1::text[]) t");
        command.Parameters.AddWithValue(titles);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) _known[reader.GetString(0)] = reader.GetFieldValue<string[]>(1).ToHashSet(StringComparer.Ordinal);
    }
}
