using CsCheck;
using DrChaffee.Ingestion.Steering;

namespace DrChaffee.Web.Tests.Steering;

public sealed class QueueOrderTests
{
    private static readonly Gen<(InLine[] Line, int Moved, int Anchor, bool Before)> Moves =
        from priorities in Gen.Int[-2, 2].Array[2, 12]
        from moved in Gen.Int[0, 11]
        from anchor in Gen.Int[0, 11]
        from before in Gen.Bool
        select (InLine.Ordered(priorities.Select((priority, i) => new InLine(i + 1, priority))).ToArray(), moved % priorities.Length, anchor % priorities.Length, before);

    [Fact]
    public void One_source_is_beside_the_other_afterwards_and_the_rest_stand_as_they_stood() => Moves.Sample(move =>
    {
        var (line, moved, anchor) = (move.Line, move.Line[move.Moved].Id, move.Line[move.Anchor].Id);
        List<long> wanted = [.. line.Select(source => source.Id)];
        if (moved != anchor)
        {
            wanted.Remove(moved);
            wanted.Insert(wanted.IndexOf(anchor) + (move.Before ? 0 : 1), moved);
        }

        var changed = QueueOrder.Move(line, moved, anchor, move.Before).ToDictionary(source => source.Id);

        Assert.Equal(wanted, InLine.Ordered(line.Select(source => changed.GetValueOrDefault(source.Id, source))).Select(source => source.Id));
        Assert.All(changed.Values, source => Assert.DoesNotContain(source, line));
    });

    [Fact]
    public void To_the_top_of_many_equal_ones_changes_one()
    {
        InLine[] line = [.. Enumerable.Range(1, 500).Select(id => new InLine(id, 0))];

        Assert.Equal([new InLine(400, 1)], QueueOrder.Move(line, 400, 1, before: true));
    }

    [Fact]
    public void Two_places_down_among_many_equal_ones_changes_those_it_passes_only()
    {
        InLine[] line = [.. Enumerable.Range(1, 500).Select(id => new InLine(id, 0))];

        Assert.Equal([new InLine(3, 1), new InLine(2, 1)], QueueOrder.Move(line, 1, 3, before: false));
    }
}
