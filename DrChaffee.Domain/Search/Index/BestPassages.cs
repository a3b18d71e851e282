using System.Numerics;
using System.Runtime.CompilerServices;

namespace DrChaffee.Domain.Search.Index;

/// <summary>Keeps the best of very many passages. The filter is asked only about those that are good enough.</summary>
/// <param name="excludes">Whether a passage, by its number, holds what none may hold; null excludes none.</param>
/// <param name="floor">What a score must exceed to count at all.</param>
internal sealed class BestPassages(PassageTable table, PassageFilter filter, Predicate<int>? excludes, int take, float floor)
{
    private readonly PriorityQueue<int, (float Score, int Order)> _best = new(take + 1);

    /// <summary>What a score must exceed to be kept.</summary>
    public float Least { get; private set; } = floor;

    /// <summary>Offers passages of consecutive numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a long loop
    public void Offer(ReadOnlySpan<float> scores, int first)
    {
        var at = 0;
        for (; at + Vector<float>.Count <= scores.Length; at += Vector<float>.Count)
        {
            if (!Vector.GreaterThanAny(new Vector<float>(scores[at..]), new Vector<float>(Least))) continue;
            for (var i = at; i < at + Vector<float>.Count; i++) Offer(first + i, scores[i]);
        }

        for (; at < scores.Length; at++) Offer(first + at, scores[at]);
    }

    public void Offer(int number, float score)
    {
        if (score <= Least || !table.IsLive(number) || !filter.Allows(table.Places[number]) || excludes?.Invoke(number) == true) return;
        if (_best.Count < take) _best.Enqueue(number, (score, -number));
        else _best.EnqueueDequeue(number, (score, -number));
        if (_best.Count == take && _best.TryPeek(out _, out var last)) Least = last.Score;
    }

    /// <summary>In descending order of score, equal ones in order of number.</summary>
    public IReadOnlyList<ScoredPassage> Take() => [.. Numbers().Select(best => table.Scored(best.Number, best.Score))];

    /// <summary>The same, by number.</summary>
    public IReadOnlyList<(int Number, float Score)> Numbers()
    {
        var result = new (int, float)[_best.Count];
        for (var rank = result.Length - 1; rank >= 0; rank--)
        {
            _best.TryDequeue(out var number, out var priority);
            result[rank] = (number, priority.Score);
        }

        return result;
    }
}
