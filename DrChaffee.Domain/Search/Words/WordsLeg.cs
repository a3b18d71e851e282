using DrChaffee.Domain.Search.Ranking;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Words;

/// <summary>Finds passages by their words.</summary>
internal sealed class WordsLeg(WordsIndexFollower follower, NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>The words of a question, by PostgreSQL itself.</summary>
    public async Task<QueryWords> ReadAsync(string text, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT to_tsvector('english', $1)");
        command.Parameters.AddWithValue(text);
        return QueryWords.From((NpgsqlTsVector)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>The passages that hold every one of the lexemes; at most so many, and none while the index is loading.</summary>
    public IReadOnlyList<long> Holding(IReadOnlyCollection<string> lexemes, int most) => follower.Index?.Holding(lexemes, most) ?? [];

    /// <summary>True where some passage holds the lexeme, or the index is loading and nobody knows.</summary>
    public bool Knows(string lexeme) => follower.Index?.Knows(lexeme) ?? true;

    public Task CatchUpAsync(CancellationToken cancellationToken) => follower.CatchUpAsync(cancellationToken);

    public LegResult Find(QueryWords query, PassageFilter filter, int take)
    {
        if (follower.Index is not { } index) return LegResult.Without(LegReport.Words, LegState.Loading, "the words index is loading");

        var started = time.GetTimestamp();
        var (best, _) = index.Search(query.Lexemes, filter, take);
        return new LegResult(new LegReport(LegReport.Words, LegState.Ok, time.GetElapsedTime(started).TotalMilliseconds, best.Count), best);
    }

    /// <summary>BM25 of given passages, in their order; all 0 while the index is loading.</summary>
    public float[] Score(QueryWords query, IReadOnlyList<ScoredPassage> passages) =>
        follower.Index?.Score(query.Lexemes, passages) ?? new float[passages.Count];

    /// <summary>The most that any passage could score.</summary>
    public float Bound(QueryWords query) => follower.Index?.Bound(query.Lexemes) ?? 0;

    /// <summary>What each word of a stored passage weighs in it; nothing while the index is loading.</summary>
    public IReadOnlyDictionary<string, float> Weigh(PassageWords passage) =>
        follower.Index?.Weigh([.. passage.Lexemes.Select(lexeme => (lexeme, passage.Frequency(lexeme)))]) ?? new Dictionary<string, float>();

    /// <summary>How telling a word is; 0 while the index is loading.</summary>
    public float Idf(string lexeme) => follower.Index?.Idf(lexeme) ?? 0;

    /// <summary>The share of a question's words that pass, each as telling as it is; 0 to 1.</summary>
    public float Share(QueryWords query, Func<string, bool> holds)
    {
        float held = 0, all = 0;
        foreach (var (lexeme, weight) in query.Lexemes)
        {
            var worth = weight * Idf(lexeme);
            all += worth;
            if (holds(lexeme)) held += worth;
        }

        return all > 0 ? held / all : 0;
    }
}
