using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Web.Tests.Search;

public sealed class WeightedFusionTests
{
    [Fact]
    public void Both_legs_count_by_their_weight()
    {
        ScoredPassage[] candidates = [new(1, 1, 0), new(2, 1, 0), new(3, 1, 0)];

        var fused = WeightedFusion.Fuse(candidates, [10, 5, 0], bound: 12, [0.2f, 0.6f, 0.4f], weight: 0.3f);

        Assert.Equal([1L, 2L, 3L], fused.Select(f => f.PassageId));
        Assert.Equal([0.7, 0.65, 0.15], fused.Select(f => Math.Round(f.Score, 4)));
    }

    [Fact]
    public void A_single_common_word_does_not_drown_meaning()
    {
        ScoredPassage[] candidates = [new(1, 1, 0), new(2, 1, 0)];

        var fused = WeightedFusion.Fuse(candidates, [2, 0], bound: 40, [0.1f, 0.6f], weight: 0.3f);

        Assert.Equal([2L, 1L], fused.Select(f => f.PassageId));
    }

    [Fact]
    public void A_leg_that_answered_alone_keeps_its_order()
    {
        ScoredPassage[] candidates = [new(1, 1, 2), new(2, 1, 8), new(3, 1, 4)];

        var ranked = WeightedFusion.Single(candidates);

        Assert.Equal([2L, 3L, 1L], ranked.Select(f => f.PassageId));
        Assert.Equal([1, 0.5, 0.25], ranked.Select(f => (double)f.Score));
    }

    [Fact]
    public void Ties_are_broken_by_id_so_that_pages_never_overlap()
    {
        ScoredPassage[] candidates = [new(9, 1, 0), new(3, 1, 0), new(5, 1, 0)];

        var fused = WeightedFusion.Fuse(candidates, [1, 1, 1], bound: 2, [null, null, null], weight: 0.3f);

        Assert.Equal([3L, 5L, 9L], fused.Select(f => f.PassageId));
    }
}
