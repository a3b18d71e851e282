using DrChaffee.Domain.Search.Words;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Query;

/// <summary>Turns the phrases and exclusions of a query into passages: what holds all the words, by the words index, is checked word by word by PostgreSQL.</summary>
internal sealed class PhraseFilter(WordsLeg words, NpgsqlDataSource dataSource)
{
    /// <summary>Passages with all the words of a phrase that are checked for the phrase itself; such a common phrase has answers enough among them.</summary>
    private const int MostChecked = 20_000;

    public async Task<PassageFilter> NarrowAsync(PassageFilter filter, SearchQuery query, CancellationToken cancellationToken)
    {
        HashSet<long>? holding = null;
        foreach (var phrase in query.Phrases)
        {
            var found = await HoldingAsync(phrase, cancellationToken);
            if (holding is null) holding = found;
            else holding.IntersectWith(found);
        }

        HashSet<long>? excluded = null;
        foreach (var unwanted in query.Excluded) (excluded ??= []).UnionWith(await HoldingAsync(unwanted, cancellationToken));
        return filter with { Passages = holding, Excluded = excluded };
    }

    private async Task<HashSet<long>> HoldingAsync(string phrase, CancellationToken cancellationToken)
    {
        var stored = await words.ReadAsync(phrase, cancellationToken);
        if (stored.Lexemes.Count == 0) return await SpokenAsync(phrase, cancellationToken);
        var candidates = words.Holding([.. stored.Lexemes.Select(l => l.Lexeme)], MostChecked);
        var alone = stored.Lexemes.Count == 1 && stored.Neighbours.Count == 0 && !phrase.Contains(' ', StringComparison.Ordinal);
        return alone ? [.. candidates] : await CheckAsync("id = ANY($2) AND words @@ phraseto_tsquery('english', $1)", phrase, candidates, cancellationToken);
    }

    /// <summary>A phrase of words that are too common to be stored is looked for in the text itself.</summary>
    private Task<HashSet<long>> SpokenAsync(string phrase, CancellationToken cancellationToken) =>
        CheckAsync($"text ILIKE '%' || $1 || '%' AND cardinality($2) = 0 LIMIT {MostChecked}", Data.LikeText.Exactly(phrase), [], cancellationToken);

    private async Task<HashSet<long>> CheckAsync(string condition, string phrase, IReadOnlyList<long> candidates, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"SELECT id FROM passages WHERE {condition}");
        command.Parameters.AddWithValue(phrase);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. candidates], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<long> found = [];
        while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetInt64(0));
        return found;
    }
}
