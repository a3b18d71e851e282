namespace DrChaffee.Domain.Search.Lab;

/// <summary>How the answers to one query stand under two settings.</summary>
/// <param name="Passages">The first of <paramref name="B"/> in order, then what stood among the first of <paramref name="A"/> and no longer does.</param>
public sealed record OrderDiff(string Query, SearchTuning A, SearchTuning B, IReadOnlyList<MovedPassage> Passages);

/// <param name="Before">Its place under the first setting, from 1; null where it was no result.</param>
/// <param name="After">Its place under the second; null where it is no result any more.</param>
public sealed record MovedPassage(int? Before, int? After, LabPassage Passage)
{
    /// <summary>Places it rose; negative where it fell, null where it is new or gone.</summary>
    public int? Rose => Before - After;
}

internal readonly record struct OrderMove(long PassageId, int? Before, int? After)
{
    public static IReadOnlyList<OrderMove> Between(IReadOnlyList<long> before, IReadOnlyList<long> after, int take)
    {
        var (was, now) = (Places(before), Places(after));
        return [.. after.Take(take).Concat(before.Take(take).Where(p => !(now.TryGetValue(p, out var place) && place <= take))).Select(p => new OrderMove(p, At(was, p), At(now, p)))];
    }

    private static Dictionary<long, int> Places(IReadOnlyList<long> order) => order.Index().ToDictionary(p => p.Item, p => p.Index + 1);

    private static int? At(Dictionary<long, int> places, long passage) => places.TryGetValue(passage, out var place) ? place : null;
}
