using System.Text.Json.Serialization;

namespace DrChaffee.Domain.Search.Evaluation;

/// <summary>Means over judged questions.</summary>
public sealed record LegScores([property: JsonPropertyName("ndcg_at_10")] double NdcgAt10, [property: JsonPropertyName("recall_at_100")] double RecallAt100, [property: JsonPropertyName("mrr")] double Mrr)
{
    public static LegScores Mean(IReadOnlyCollection<(IReadOnlyList<string> Ranked, IReadOnlyDictionary<string, int> Grades)> answers) => answers.Count == 0
        ? new LegScores(0, 0, 0)
        : new LegScores(
            Round(answers.Average(a => RankingMetrics.Ndcg(a.Ranked, a.Grades))),
            Round(answers.Average(a => RankingMetrics.Recall(a.Ranked, a.Grades))),
            Round(answers.Average(a => RankingMetrics.ReciprocalRank(a.Ranked, a.Grades))));

    private static double Round(double mean) => Math.Round(mean, 4);
}
