using CsCheck;
using DrChaffee.Domain.Sync.Merging;

namespace DrChaffee.Web.Tests.Sync;

/// <summary>The rule itself, without a database.</summary>
public sealed class PartsMergeTests
{
    private static readonly Gen<PartHashes> Parts = Gen.Select(Gen.Int[0, 6], Gen.ULong[1, 3]).Array[0, 6]
        .Select(pairs => pairs.DistinctBy(pair => pair.Item1).OrderBy(pair => pair.Item1).ToArray())
        .Select(pairs => new PartHashes([.. pairs.Select(pair => pair.Item1)], [.. pairs.Select(pair => pair.Item2)]));

    [Fact]
    public void What_only_one_side_changed_is_that_sides()
    {
        Gen.Select(Parts, Parts).Sample((agreed, changed) =>
        {
            var taken = PartsMerge.Of(changed, agreed, agreed, _ => Preference.None);
            var kept = PartsMerge.Of(agreed, changed, agreed, _ => Preference.None);

            Assert.Equal(changed, Applied(agreed, changed, taken));
            Assert.Equal(changed, taken.Base);
            Assert.False(taken.Differs || kept.Changes);
            Assert.Empty(kept.Conflicts);
        });
    }

    [Fact]
    public void After_both_ways_and_one_word_in_conflicts_both_sides_say_the_same()
    {
        Gen.Select(Parts, Parts, Parts, Gen.Bool).Sample((agreed, from, to, forFrom) =>
        {
            var there = PartsMerge.Of(from, to, agreed, _ => forFrom ? Preference.From : Preference.To);
            var written = Applied(to, from, there);
            var back = PartsMerge.Of(written, from, there.Base, _ => Preference.None);

            Assert.Empty(back.Conflicts);
            Assert.Equal(written, Applied(from, written, back));
        });
    }

    [Fact]
    public void A_conflict_changes_nothing_and_stays_until_it_is_settled()
    {
        Gen.Select(Parts, Parts, Parts).Sample((agreed, from, to) =>
        {
            var first = PartsMerge.Of(from, to, agreed, _ => Preference.None);
            var again = PartsMerge.Of(from, Applied(to, from, first), first.Base, _ => Preference.None);

            Assert.False(again.Changes);
            Assert.Equal(first.Conflicts, again.Conflicts);
        });
    }

    private static PartHashes Applied(PartHashes to, PartHashes from, PartsMerge merge)
    {
        var parts = to.Ordinals.Zip(to.Hashes).ToDictionary(pair => pair.First, pair => pair.Second);
        var theirs = from.Ordinals.Zip(from.Hashes).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var ordinal in merge.Remove) parts.Remove(ordinal);
        foreach (var ordinal in merge.Take) parts[ordinal] = theirs[ordinal];
        var ordered = parts.OrderBy(pair => pair.Key).ToArray();
        return new PartHashes([.. ordered.Select(pair => pair.Key)], [.. ordered.Select(pair => pair.Value)]);
    }
}
