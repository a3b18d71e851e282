using System.Collections;

namespace DrChaffee.Domain.Search.Index;

/// <summary>A sketch of every passage's vector by one model, in memory: small enough to look at all of them for each question, near enough that the nearest are among the best few hundred.</summary>
internal sealed class VectorSketches(int model, SketchCode code)
{
    private const int RowsOfAPage = 1 << 14;
    private const int RowsAtOnce = 512;

    /// <summary>Fewer are looked at by one thread.</summary>
    private const int WorthSharing = 60_000;

    private readonly List<byte[]> _pages = [];
    private readonly BitArray _written = new(0);
    private int _searches;

    public int Model => model;

    /// <summary>How many passages have a sketch.</summary>
    public int Count { get; private set; }

    public bool Has(int number) => number < _written.Length && _written[number];

    public void Set(int number, ReadOnlySpan<float> vector)
    {
        while (_pages.Count * RowsOfAPage <= number)
        {
            _pages.Add(new byte[RowsOfAPage * code.Width]);
            _written.Length = _pages.Count * RowsOfAPage;
        }

        code.Write(vector, _pages[number / RowsOfAPage].AsSpan(number % RowsOfAPage * code.Width, code.Width));
        if (_written[number]) return;
        _written[number] = true;
        Count++;
    }

    /// <summary>The likeliest nearest passages, by sketch; their order is rough.</summary>
    public IReadOnlyList<ScoredPassage> Nearest(ReadOnlySpan<float> question, PassageTable table, PassageFilter filter, int take)
    {
        var weights = code.Weights(question);
        var runs = table.Runs(filter);
        try
        {
            var alone = Interlocked.Increment(ref _searches) == 1; // those who search at the same time share the cores already
            return alone && runs.Sum(run => run.Count) >= WorthSharing ? Shared(weights, table, filter, runs, take) : Nearest(weights, table, filter, runs, take);
        }
        finally
        {
            Interlocked.Decrement(ref _searches);
        }
    }

    private IReadOnlyList<ScoredPassage> Shared(sbyte[] weights, PassageTable table, PassageFilter filter, IReadOnlyList<(int First, int Count)> runs, int take)
    {
        var parts = Math.Clamp(Environment.ProcessorCount, 1, 4);
        var found = new IReadOnlyList<ScoredPassage>[parts];
        Parallel.For(0, parts, part => found[part] = Nearest(weights, table, filter, Share(runs, part, parts), take));
        return [.. found.SelectMany(best => best).OrderByDescending(passage => passage.Score).Take(take)];
    }

    private static IReadOnlyList<(int First, int Count)> Share(IReadOnlyList<(int First, int Count)> runs, int part, int parts) =>
        [.. runs.Select(run => (First: run.First + (int)((long)run.Count * part / parts), End: run.First + (int)((long)run.Count * (part + 1) / parts))).Select(run => (run.First, run.End - run.First))];

    private IReadOnlyList<ScoredPassage> Nearest(sbyte[] weights, PassageTable table, PassageFilter filter, IReadOnlyList<(int First, int Count)> runs, int take)
    {
        var best = new BestPassages(table, filter, take, float.NegativeInfinity);
        Span<float> nearness = stackalloc float[RowsAtOnce];
        foreach (var (first, count) in runs)
        {
            var end = Math.Min(first + count, _written.Length);
            for (var number = first; number < end;)
            {
                var rows = Math.Min(Math.Min(end - number, RowsAtOnce), RowsOfAPage - number % RowsOfAPage);
                code.Compare(_pages[number / RowsOfAPage].AsSpan(number % RowsOfAPage * code.Width, rows * code.Width), weights, nearness[..rows]);
                if (Count < table.Numbers) LeaveOut(number, nearness[..rows]);
                best.Offer(nearness[..rows], number);
                number += rows;
            }
        }

        return best.Take();
    }

    /// <summary>A passage without a sketch cannot be near.</summary>
    private void LeaveOut(int first, Span<float> nearness)
    {
        for (var i = 0; i < nearness.Length; i++)
            if (!_written[first + i]) nearness[i] = float.NegativeInfinity;
    }
}
