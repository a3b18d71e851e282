using System.Text.RegularExpressions;
using Npgsql;

namespace DrChaffee.Domain.Search;

/// <summary>Finds the words of a text that the query matched, by the same stemmer that indexed them.</summary>
internal sealed partial class Highlighter(NpgsqlDataSource dataSource)
{
    private static readonly HashSet<string> EmptySet = [];

    /// <summary>For each distinct text, the ranges [from, to) of characters to mark, in order.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<int[]>>> FindAsync(
        IReadOnlyCollection<string> texts, IReadOnlyList<string> lexemes, CancellationToken cancellationToken)
    {
        var distinct = texts.Distinct(StringComparer.Ordinal).ToArray();
        IReadOnlySet<string> matching = lexemes.Count == 0 ? EmptySet : await MatchingWordsAsync(distinct, lexemes, cancellationToken);
        return distinct.ToDictionary(text => text, text => (IReadOnlyList<int[]>)Ranges(text, matching), StringComparer.Ordinal);
    }

    private static List<int[]> Ranges(string text, IReadOnlySet<string> matching)
    {
        if (matching.Count == 0) return [];
        List<int[]> ranges = [];
        foreach (var word in Word().EnumerateMatches(text))
            if (matching.Contains(text.Substring(word.Index, word.Length).ToLowerInvariant())) ranges.Add([word.Index, word.Index + word.Length]);
        return ranges;
    }

    private async Task<IReadOnlySet<string>> MatchingWordsAsync(string[] texts, IReadOnlyList<string> lexemes, CancellationToken cancellationToken)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (var text in texts)
            foreach (var word in Word().EnumerateMatches(text)) words.Add(text.Substring(word.Index, word.Length).ToLowerInvariant());

        await using var command = dataSource.CreateCommand("SELECT w FROM unnest($1::text[]) w WHERE tsvector_to_array(to_tsvector('english', w)) && $2::text[]");
        command.Parameters.AddWithValue(words.ToArray());
        command.Parameters.AddWithValue(lexemes.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<string> matching = new(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) matching.Add(reader.GetString(0));
        return matching;
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’][\p{L}]+)*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
