using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Web.Tests.Search;

public sealed class WeightedFusionTests
{
    [Fact]
    public void Both_legs_count_by_their_weight()
    {
        ScoredPassage[] candidates = [new(1, 1, 0), new(2, 1, 0), new(3, 1, 0)];

        var fused = WeightedFusion.Fuse(candidates, [10, 5, 0], [0.2f, 0.6f, 0.4f], weight: 0.3f);

        Assert.Equal([1L, 2L, 3L], fused.Select(f => f.PassageId));
        Assert.Equal([0.7, 0.65, 0.15], fused.Select(f => Math.Round(f.Score, 4)));
    }

    [Fact]
    public void A_leg_that_did_not_answer_leaves_the_order_of_the_other()
    {
        ScoredPassage[] candidates = [new(1, 1, 0), new(2, 1, 0)];

        var byWords = WeightedFusion.Fuse(candidates, [1, 4], null, weight: 0);
        var byMeaning = WeightedFusion.Fuse(candidates, null, [0.9f, 0.1f], weight: 1);

        Assert.Equal([2L, 1L], byWords.Select(f => f.PassageId));
        Assert.Equal([1L, 2L], byMeaning.Select(f => f.PassageId));
    }

    [Fact]
    public void Ties_are_broken_by_id_so_that_pages_never_overlap()
    {
        ScoredPassage[] candidates = [new(9, 1, 0), new(3, 1, 0), new(5, 1, 0)];

        var fused = WeightedFusion.Fuse(candidates, [1, 1, 1], [null, null, null], weight: 0.3f);

        Assert.Equal([3L, 5L, 9L], fused.Select(f => f.PassageId));
    }
}
