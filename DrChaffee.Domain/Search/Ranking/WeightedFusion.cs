namespace DrChaffee.Domain.Search.Ranking;

/// <summary>
/// Fuses two legs by weight: (1 − w)·bm25/full + w·(d − min)/(max − min), both parts over the same candidates. A full score of words is the best one,
/// or half of what the query could reach at most, whichever is more: where the best passage holds one common word of the question, words must not drown meaning.
/// Ranks alone (reciprocal rank fusion) lose what the scores know.
/// </summary>
internal static class WeightedFusion
{
    /// <summary>The share of its bound that a passage with all the words of a question reaches, lengths and frequencies being what they are.</summary>
    private const float FullShare = 0.5f;

    private const float LeastWeight = 0.1f;
    private const float MostWeight = 0.4f;

    /// <summary>The share of meaning for a question of so many distinct words: the more words, the surer their match.</summary>
    /// <param name="atEight">The share for eight words.</param>
    public static float Weight(float atEight, int words) => Math.Clamp(atEight * 3 / MathF.Sqrt(words + 1), Math.Min(LeastWeight, atEight), Math.Max(MostWeight, atEight));

    /// <summary>Orders the candidates by fused score, best first; ties by id, so that pages never overlap.</summary>
    /// <param name="bound">The most that BM25 could give for the query.</param>
    /// <param name="weight">Share of meaning, 0 to 1.</param>
    public static IReadOnlyList<Candidate> Fuse(IReadOnlyList<Candidate> candidates, float bound, float weight)
    {
        var full = Math.Max(Math.Max(candidates.Select(c => c.Words).DefaultIfEmpty().Max(), FullShare * bound), float.Epsilon);
        var (least, most) = (candidates.Min(c => c.Meaning) ?? 0, candidates.Max(c => c.Meaning) ?? 0);
        var spread = Math.Max(most - least, 1e-6f);
        return Ordered(candidates.Select(c => c with { Score = (1 - weight) * (c.Words / full) + weight * (((c.Meaning ?? least) - least) / spread) }));
    }

    /// <summary>Orders the candidates of the one leg that answered, by its own scores, the best of which counts 1.</summary>
    public static IReadOnlyList<Candidate> Single(IReadOnlyList<Candidate> candidates, Func<Candidate, float> score)
    {
        var best = Math.Max(candidates.Select(score).DefaultIfEmpty().Max(), float.Epsilon);
        return Ordered(candidates.Select(c => c with { Score = score(c) / best }));
    }

    public static IReadOnlyList<Candidate> Ordered(IEnumerable<Candidate> candidates) => [.. candidates.OrderByDescending(c => c.Score).ThenBy(c => c.PassageId)];
}
