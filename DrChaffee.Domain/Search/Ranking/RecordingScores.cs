namespace DrChaffee.Domain.Search.Ranking;

/// <summary>
/// Adds to each passage what its recording is worth, so that the right recording comes first: two thirds of the misses in transcript search are the wrong one.
/// A recording is worth its three best passages, each counting half of the one before, and the share of the question that its title answers.
/// </summary>
internal static class RecordingScores
{
    private const int Best = 3;
    private const float Next = 0.5f;
    private const float TitleShare = 0.3f;

    /// <param name="titles">The share of the question's words that the title holds, by recording; none where it holds none.</param>
    public static IReadOnlyList<Candidate> Apply(IReadOnlyList<Candidate> ranked, IReadOnlyDictionary<long, float> titles, float weight)
    {
        if (ranked.Count == 0 || weight <= 0) return ranked;
        var worth = ranked.GroupBy(c => c.SourceId).ToDictionary(g => g.Key, g => g.Take(Best).Select((c, i) => c.Score * MathF.Pow(Next, i)).Sum());
        var most = Math.Max(worth.Values.Max(), float.Epsilon);
        return WeightedFusion.Ordered(ranked.Select(c => c with { Score = c.Score + weight * (worth[c.SourceId] / most + TitleShare * titles.GetValueOrDefault(c.SourceId)) }));
    }
}
