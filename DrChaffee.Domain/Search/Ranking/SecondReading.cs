namespace DrChaffee.Domain.Search.Ranking;

/// <summary>Orders the best candidates anew by what a reranker says of them and what they scored before, by weight; those after them keep their places.</summary>
internal static class SecondReading
{
    /// <summary>How many are read: each costs milliseconds.</summary>
    public const int Depth = 30;

    /// <param name="ranked">Best first.</param>
    /// <param name="stored">Their texts; one without stays behind those that have one.</param>
    public static async Task<IReadOnlyList<Candidate>> ApplyAsync(
        IReranker reranker, float weight, string question, IReadOnlyList<Candidate> ranked, IReadOnlyDictionary<long, PassageRow> stored, CancellationToken cancellationToken)
    {
        Candidate[] zone = [.. ranked.Take(Depth).TakeWhile(c => stored.ContainsKey(c.PassageId))];
        if (zone.Length < 2 || weight <= 0) return ranked;
        if (await reranker.ScoreAsync(question, [.. zone.Select(c => $"{stored[c.PassageId].Title}\n{stored[c.PassageId].Text}")], cancellationToken) is not { } scores) return ranked;

        var (before, read) = (Spread([.. zone.Select(c => c.Score)]), Spread(scores));
        var (least, most) = (zone[^1].Score, zone[0].Score);
        return WeightedFusion.Ordered(zone.Select((c, i) => c with { Score = least + (most - least) * ((1 - weight) * before[i] + weight * read[i]) }).Concat(ranked.Skip(zone.Length)));
    }

    /// <summary>From 0 for the least to 1 for the most.</summary>
    private static float[] Spread(IReadOnlyList<float> scores)
    {
        var (least, most) = (scores.Min(), scores.Max());
        return [.. scores.Select(score => (score - least) / Math.Max(most - least, 1e-6f))];
    }
}
