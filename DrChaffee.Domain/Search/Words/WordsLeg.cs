using Npgsql;

namespace DrChaffee.Domain.Search.Words;

/// <summary>Finds passages by their words.</summary>
internal sealed class WordsLeg(WordsIndexFollower follower, NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>The lexemes of a text as PostgreSQL stores them: the same stemming and stop words as in the passages.</summary>
    public async Task<IReadOnlyList<string>> LexemesAsync(string text, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT tsvector_to_array(to_tsvector('english', $1))");
        command.Parameters.AddWithValue(text);
        return (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public LegResult Find(IReadOnlyList<string> lexemes, PassageFilter filter, int take)
    {
        if (lexemes.Count == 0) return LegResult.Without(LegReport.Words, LegState.Skipped, "the question holds no word that can be looked up");
        if (follower.Index is not { } index) return LegResult.Without(LegReport.Words, LegState.Loading, "the words index is loading");

        var started = time.GetTimestamp();
        var (best, _) = index.Search(lexemes, filter, take);
        return new LegResult(new LegReport(LegReport.Words, LegState.Ok, time.GetElapsedTime(started).TotalMilliseconds, best.Count), best);
    }

    /// <summary>BM25 of given passages, in their order; all 0 while the index is loading.</summary>
    public float[] Score(IReadOnlyList<string> lexemes, IReadOnlyList<ScoredPassage> passages) =>
        follower.Index?.Score(lexemes, passages) ?? new float[passages.Count];

    /// <summary>The most that any passage could score.</summary>
    public float Bound(IReadOnlyList<string> lexemes) => follower.Index?.Bound(lexemes) ?? 0;
}
