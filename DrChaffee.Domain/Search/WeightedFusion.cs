using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search;

/// <summary>
/// Fuses two legs by weight: (1 − w)·bm25/full + w·(d − min)/(max − min), both parts over the same candidates. A full score of words is the best one,
/// or half of what the query could reach at most, whichever is more: where the best passage holds one common word of the question, words must not drown meaning.
/// Ranks alone (reciprocal rank fusion) lose what the scores know.
/// </summary>
internal static class WeightedFusion
{
    /// <summary>The share of its bound that a passage with all the words of a question reaches, lengths and frequencies being what they are.</summary>
    private const float FullShare = 0.5f;

    /// <summary>Orders the candidates by fused score, best first; ties by id, so that pages never overlap.</summary>
    /// <param name="candidates">Distinct passages.</param>
    /// <param name="words">BM25 of each, 0 or more.</param>
    /// <param name="bound">The most that BM25 could give for the query.</param>
    /// <param name="meaning">Cosine of each, null where it has no vector.</param>
    /// <param name="weight">Share of meaning, 0 to 1.</param>
    public static IReadOnlyList<ScoredPassage> Fuse(
        IReadOnlyList<ScoredPassage> candidates, IReadOnlyList<float> words, float bound, IReadOnlyList<float?> meaning, float weight)
    {
        var full = Math.Max(Math.Max(words.DefaultIfEmpty().Max(), FullShare * bound), float.Epsilon);
        var (least, most) = (meaning.Min() ?? 0, meaning.Max() ?? 0);
        var spread = Math.Max(most - least, 1e-6f);
        return Rank(candidates, i => (1 - weight) * (words[i] / full) + weight * (((meaning[i] ?? least) - least) / spread));
    }

    /// <summary>Orders the candidates of the one leg that answered, by its own scores, the best of which counts 1.</summary>
    public static IReadOnlyList<ScoredPassage> Single(IReadOnlyList<ScoredPassage> candidates)
    {
        var best = Math.Max(candidates.Select(candidate => candidate.Score).DefaultIfEmpty().Max(), float.Epsilon);
        return Rank(candidates, i => candidates[i].Score / best);
    }

    private static IReadOnlyList<ScoredPassage> Rank(IReadOnlyList<ScoredPassage> candidates, Func<int, float> score) =>
        [.. candidates.Select((candidate, i) => candidate with { Score = score(i) }).OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.PassageId)];
}
