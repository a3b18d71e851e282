using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search;

/// <summary>
/// Fuses two legs by weight: (1 − w)·bm25/max + w·(d − min)/(max − min), both parts over the same candidates.
/// Ranks alone (reciprocal rank fusion) lose what the scores know; measured in <c>docs/benchmarks.md</c>.
/// </summary>
internal static class WeightedFusion
{
    /// <summary>The weight of meaning where both legs answer.</summary>
    public const float MeaningWeight = 0.3f;

    /// <summary>Orders the candidates by fused score, best first; ties by id, so that pages never overlap.</summary>
    /// <param name="candidates">Distinct passages.</param>
    /// <param name="words">BM25 of each, 0 or more; null where the leg did not answer.</param>
    /// <param name="meaning">Cosine of each, null where it has no vector; null as a whole where the leg did not answer.</param>
    /// <param name="weight">Share of meaning, 0 to 1.</param>
    public static IReadOnlyList<ScoredPassage> Fuse(IReadOnlyList<ScoredPassage> candidates, IReadOnlyList<float>? words, IReadOnlyList<float?>? meaning, float weight)
    {
        var mostWords = Math.Max(words?.DefaultIfEmpty().Max() ?? 0, float.Epsilon);
        var (least, most) = (meaning?.Min() ?? 0, meaning?.Max() ?? 0);
        var spread = Math.Max(most - least, 1e-6f);
        var fused = candidates.Select((candidate, i) => candidate with
        {
            Score = (1 - weight) * ((words?[i] ?? 0) / mostWords) + weight * (((meaning?[i] ?? least) - least) / spread),
        });
        return [.. fused.OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.PassageId)];
    }
}
