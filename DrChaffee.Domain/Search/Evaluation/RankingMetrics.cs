namespace DrChaffee.Domain.Search.Evaluation;

/// <summary>How good a ranking is against judgments, as trec_eval computes it: gains are the grades themselves, what was not judged is not relevant.</summary>
public static class RankingMetrics
{
    /// <summary>Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002), 0 to 1; 0 where nothing is relevant.</summary>
    /// <param name="ranked">Documents, best first, each once.</param>
    /// <param name="grades">Of the judged documents; 0 or less is not relevant.</param>
    public static double Ndcg(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades, int depth = 10)
    {
        var ideal = Gain(grades.Values.OrderDescending(), depth);
        return ideal > 0 ? Gain(ranked.Select(document => grades.GetValueOrDefault(document)), depth) / ideal : 0;
    }

    /// <summary>The share of all relevant documents among the first <paramref name="depth"/>.</summary>
    public static double Recall(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades, int depth = 100)
    {
        var relevant = grades.Values.Count(grade => grade > 0);
        return relevant > 0 ? ranked.Take(depth).Count(document => grades.GetValueOrDefault(document) > 0) / (double)relevant : 0;
    }

    /// <summary>One over the rank of the first relevant document; 0 where none was found.</summary>
    public static double ReciprocalRank(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades)
    {
        for (var i = 0; i < ranked.Count; i++)
            if (grades.GetValueOrDefault(ranked[i]) > 0) return 1.0 / (i + 1);
        return 0;
    }

    private static double Gain(IEnumerable<int> grades, int depth) => grades.Take(depth).Select((grade, rank) => Math.Max(0, grade) / Math.Log2(rank + 2)).Sum();
}
