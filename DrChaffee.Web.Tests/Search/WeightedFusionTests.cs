using DrChaffee.Domain.Search.Ranking;

namespace DrChaffee.Web.Tests.Search;

public sealed class WeightedFusionTests
{
    [Fact]
    public void Both_legs_count_by_their_weight()
    {
        Candidate[] candidates = [new(1, 1, 0, 10, 0.2f), new(2, 1, 0, 5, 0.6f), new(3, 1, 0, 0, 0.4f)];

        var fused = WeightedFusion.Fuse(candidates, bound: 12, weight: 0.3f);

        Assert.Equal([1L, 2L, 3L], fused.Select(f => f.PassageId));
        Assert.Equal([0.7, 0.65, 0.15], fused.Select(f => Math.Round(f.Score, 4)));
    }

    [Fact]
    public void A_single_common_word_does_not_drown_meaning()
    {
        Candidate[] candidates = [new(1, 1, 0, 2, 0.1f), new(2, 1, 0, 0, 0.6f)];

        var fused = WeightedFusion.Fuse(candidates, bound: 40, weight: 0.3f);

        Assert.Equal([2L, 1L], fused.Select(f => f.PassageId));
    }

    [Fact]
    public void A_leg_that_answered_alone_keeps_its_order()
    {
        Candidate[] candidates = [new(1, 1, 0, 2, null), new(2, 1, 0, 8, null), new(3, 1, 0, 4, null)];

        var ranked = WeightedFusion.Single(candidates, c => c.Words);

        Assert.Equal([2L, 3L, 1L], ranked.Select(f => f.PassageId));
        Assert.Equal([1, 0.5, 0.25], ranked.Select(f => (double)f.Score));
    }

    [Theory]
    [InlineData(1, 0.4)]
    [InlineData(8, 0.3)]
    [InlineData(99, 0.1)]
    public void Short_questions_lean_on_meaning_and_long_ones_on_words(int words, double expected) =>
        Assert.Equal(expected, WeightedFusion.Weight(0.3f, words), tolerance: 0.011);

    [Fact]
    public void Ties_are_broken_by_id_so_that_pages_never_overlap()
    {
        Candidate[] candidates = [new(9, 1, 0, 1, null), new(3, 1, 0, 1, null), new(5, 1, 0, 1, null)];

        var fused = WeightedFusion.Fuse(candidates, bound: 2, weight: 0.3f);

        Assert.Equal([3L, 5L, 9L], fused.Select(f => f.PassageId));
    }
}
