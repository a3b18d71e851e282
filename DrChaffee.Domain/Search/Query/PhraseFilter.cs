using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search.Query;

/// <summary>Turns the phrases and exclusions of a query into passages: what holds all the words, by the index in memory, is checked word by word by PostgreSQL.</summary>
internal sealed class PhraseFilter(WordsLeg words, LibraryReader library)
{
    /// <summary>Passages that are checked at once, the best first, until enough of them hold the phrases.</summary>
    private const int CheckedAtOnce = 1_500;
    private const int Enough = 300;

    /// <summary>Phrases of common words that none of so many passages holds are given up.</summary>
    private const int MostChecked = 9_000;

    /// <summary>Passages that are checked for an excluded phrase beforehand; what results from others is checked afterwards.</summary>
    private const int MostExcluded = 4_000;

    public async Task<PassageFilter> NarrowAsync(PassageFilter filter, SearchQuery query, CancellationToken cancellationToken)
    {
        List<string> excludedLexemes = [];
        HashSet<long> excludedPassages = [];
        foreach (var unwanted in query.Excluded)
        {
            var read = await words.ReadAsync(unwanted, cancellationToken);
            if (IsOneWord(unwanted, read)) excludedLexemes.Add(read.Lexemes[0].Lexeme);
            else if (read.Lexemes.Count > 0) excludedPassages.UnionWith(await CheckAsync([unwanted], [.. words.Holding(read.Lexemes, filter, MostExcluded)], cancellationToken));
        }

        filter = filter with { ExcludedLexemes = excludedLexemes, ExcludedPassages = excludedPassages };
        return filter with { Passages = await HoldingAsync(query.Phrases, filter, cancellationToken) };
    }

    /// <summary>One sentence for each phrase or exclusion that holds no word which is stored.</summary>
    public async Task<IReadOnlyList<string>> UnusableAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        List<string> sentences = [];
        foreach (var part in query.Phrases.Concat(query.Excluded))
            if ((await words.ReadAsync(part, cancellationToken)).Lexemes.Count == 0) sentences.Add($"“{part}” holds only words that every talk is full of, so it was passed over.");
        return sentences;
    }

    /// <summary>The given passages less those that hold an excluded phrase.</summary>
    public async Task<HashSet<long>> WithoutExcludedPhrasesAsync(SearchQuery query, IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        var left = passages.ToHashSet();
        foreach (var unwanted in query.Excluded)
            if (await words.ReadAsync(unwanted, cancellationToken) is { Lexemes.Count: > 0 } read && !IsOneWord(unwanted, read)) left.ExceptWith(await CheckAsync([unwanted], [.. left], cancellationToken));
        return left;
    }

    private static bool IsOneWord(string phrase, QueryWords read) => read.Lexemes.Count == 1 && read.Neighbours.Count == 0 && !phrase.Contains(' ', StringComparison.Ordinal);

    /// <summary>Passages that hold every phrase, of those that pass the filter; null where there is no phrase that can be looked up.</summary>
    private async Task<HashSet<long>?> HoldingAsync(IReadOnlyList<string> phrases, PassageFilter filter, CancellationToken cancellationToken)
    {
        List<string> usable = [];
        Dictionary<string, float> lexemes = new(StringComparer.Ordinal);
        foreach (var phrase in phrases)
        {
            var read = await words.ReadAsync(phrase, cancellationToken);
            if (read.Lexemes.Count == 0) continue; // told by UnusableAsync
            usable.Add(phrase);
            foreach (var (lexeme, weight) in read.Lexemes) lexemes[lexeme] = weight;
        }

        if (usable.Count == 0) return null;
        HashSet<long> found = [];
        foreach (var candidates in words.Holding([.. lexemes.Select(l => (l.Key, l.Value))], filter, MostChecked).Chunk(CheckedAtOnce))
        {
            found.UnionWith(await CheckAsync(usable, candidates, cancellationToken));
            if (found.Count >= Enough) break;
        }

        return found;
    }

    /// <summary>The candidates that hold every one of the phrases.</summary>
    private async Task<IReadOnlyList<long>> CheckAsync(IReadOnlyList<string> phrases, long[] candidates, CancellationToken cancellationToken)
    {
        if (candidates.Length == 0) return candidates;
        var all = string.Join(" AND ", phrases.Select((_, i) => $"words @@ phraseto_tsquery('english', ${i + 2})"));
        await using var command = library.CreateCommand($"SELECT id FROM passages WHERE id = ANY($1) AND {all}");
        command.Parameters.Add(RowNumbers.Parameter(candidates));
        foreach (var phrase in phrases) command.Parameters.AddWithValue(phrase);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<long> found = [];
        while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetInt64(0));
        return found;
    }
}
