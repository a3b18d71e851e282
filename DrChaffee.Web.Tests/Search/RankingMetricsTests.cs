using DrChaffee.Domain.Search.Evaluation;

namespace DrChaffee.Web.Tests.Search;

/// <summary>Against values worked out by hand.</summary>
public sealed class RankingMetricsTests
{
    private static readonly Dictionary<string, int> Grades = new() { ["a"] = 3, ["b"] = 2, ["c"] = 1, ["d"] = 0, ["e"] = -1 };

    [Theory]
    [InlineData("a b c", 1)]
    [InlineData("c b a", 0.7900)] // (1 + 2/log2 3 + 3/2) / (3 + 2/log2 3 + 1/2)
    [InlineData("x a", 0.3975)] // (3/log2 3) / the same ideal
    [InlineData("d e x y z a", 0.2244)] // (3/log2 7) / the same ideal
    [InlineData("d e x", 0)]
    [InlineData("", 0)]
    public void Gains_are_grades_and_shrink_with_the_logarithm_of_the_rank(string ranked, double expected)
    {
        Assert.Equal(expected, RankingMetrics.Ndcg(Ranked(ranked), Grades), tolerance: 0.0001);
    }

    [Fact]
    public void What_stands_below_the_depth_gains_nothing_and_is_not_missed_in_the_ideal()
    {
        var many = Enumerable.Range(0, 20).ToDictionary(i => $"r{i}", _ => 1);

        Assert.Equal(1, RankingMetrics.Ndcg([.. many.Keys], many));
        Assert.Equal(0, RankingMetrics.Ndcg([.. Enumerable.Range(0, 10).Select(i => $"x{i}"), "r1"], many));
        Assert.Equal(0.5, RankingMetrics.Recall([.. many.Keys], many, depth: 10));
    }

    [Fact]
    public void Documents_of_one_grade_may_stand_in_any_order()
    {
        Dictionary<string, int> tied = new() { ["a"] = 2, ["b"] = 2, ["c"] = 1 };

        Assert.Equal(RankingMetrics.Ndcg(["a", "b", "x"], tied), RankingMetrics.Ndcg(["b", "a", "x"], tied));
        Assert.Equal(1, RankingMetrics.Ndcg(["b", "a", "c"], tied));
    }

    [Theory]
    [InlineData("a x b", 2 / 3.0, 1)]
    [InlineData("x d a", 1 / 3.0, 1 / 3.0)]
    [InlineData("x e c b a", 1, 1 / 3.0)]
    [InlineData("d e", 0, 0)]
    public void Recall_counts_the_relevant_and_the_reciprocal_rank_looks_for_the_first(string ranked, double recall, double reciprocalRank)
    {
        Assert.Equal(recall, RankingMetrics.Recall(Ranked(ranked), Grades), tolerance: 1e-9);
        Assert.Equal(reciprocalRank, RankingMetrics.ReciprocalRank(Ranked(ranked), Grades), tolerance: 1e-9);
    }

    [Fact]
    public void Where_nothing_is_relevant_every_score_is_none()
    {
        Dictionary<string, int> none = new() { ["a"] = 0 };

        Assert.Equal((0, 0, 0), (RankingMetrics.Ndcg(["a"], none), RankingMetrics.Recall(["a"], none), RankingMetrics.ReciprocalRank(["a"], none)));
        Assert.Equal(new LegScores(0, 0, 0), LegScores.Mean([]));
    }

    [Fact]
    public void Scores_of_questions_are_averaged()
    {
        var mean = LegScores.Mean([(["a", "b", "c"], Grades), (["d"], Grades)]);

        Assert.Equal(new LegScores(0.5, 0.5, 0.5), mean);
    }

    private static string[] Ranked(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
