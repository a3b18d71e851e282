using DrChaffee.Domain.Search.Words;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Query;

/// <summary>Turns the phrases and exclusions of a query into passages: what holds all the words, by the index in memory, is checked word by word by PostgreSQL.</summary>
internal sealed class PhraseFilter(WordsLeg words, NpgsqlDataSource dataSource)
{
    /// <summary>Passages that are checked at once, the best first, until enough of them hold the phrase.</summary>
    private const int CheckedAtOnce = 1_500;
    private const int Enough = 300;

    /// <summary>A phrase of common words that none of so many passages holds is given up.</summary>
    private const int MostChecked = 9_000;

    public async Task<PassageFilter> NarrowAsync(PassageFilter filter, SearchQuery query, CancellationToken cancellationToken)
    {
        HashSet<long>? holding = null;
        foreach (var phrase in query.Phrases)
        {
            var read = await words.ReadAsync(phrase, cancellationToken);
            if (read.Lexemes.Count == 0) continue; // told by Unusable
            var found = IsOneWord(phrase, read) ? [.. words.Holding(read, MostChecked)] : await HoldingAsync(phrase, read, cancellationToken);
            if (holding is null) holding = found;
            else holding.IntersectWith(found);
        }

        List<string> excluded = [];
        foreach (var unwanted in query.Excluded)
            if (await words.ReadAsync(unwanted, cancellationToken) is var read && IsOneWord(unwanted, read)) excluded.Add(read.Lexemes[0].Lexeme);
        return filter with { Passages = holding, ExcludedLexemes = excluded };
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
            if (await words.ReadAsync(unwanted, cancellationToken) is { Lexemes.Count: > 0 } read && !IsOneWord(unwanted, read)) left.ExceptWith(await CheckAsync(unwanted, [.. left], cancellationToken));
        return left;
    }

    private static bool IsOneWord(string phrase, QueryWords read) => read.Lexemes.Count == 1 && read.Neighbours.Count == 0 && !phrase.Contains(' ', StringComparison.Ordinal);

    private async Task<HashSet<long>> HoldingAsync(string phrase, QueryWords read, CancellationToken cancellationToken)
    {
        HashSet<long> found = [];
        foreach (var candidates in words.Holding(read, MostChecked).Chunk(CheckedAtOnce))
        {
            found.UnionWith(await CheckAsync(phrase, candidates, cancellationToken));
            if (found.Count >= Enough) break;
        }

        return found;
    }

    private async Task<IReadOnlyList<long>> CheckAsync(string phrase, long[] candidates, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT id FROM passages WHERE id = ANY($2) AND words @@ phraseto_tsquery('english', $1)");
        command.Parameters.AddWithValue(phrase);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = candidates, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<long> found = [];
        while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetInt64(0));
        return found;
    }
}
