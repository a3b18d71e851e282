using System.Collections;

namespace DrChaffee.Domain.Search.Index;

/// <summary>A sketch of every passage's vector by one model, in memory: small enough to look at all of them for each question, near enough that the nearest are among the best few hundred.</summary>
internal sealed class VectorSketches(int model, SketchCode code)
{
    private const int RowsOfAPage = 1 << 14;
    private const int RowsAtOnce = 512;

    /// <summary>Fewer are looked at by one thread.</summary>
    private const int WorthSharing = 60_000;

    /// <summary>How many sketches are looked at in detail for each that is wanted.</summary>
    private const int Oversampling = 2;

    private readonly List<byte[]> _pages = [];
    private readonly List<byte[]> _details = [];
    private readonly BitArray _written = new(0);
    private int _searches;

    public int Model => model;

    /// <summary>How many passages have a sketch.</summary>
    public int Count { get; private set; }

    /// <summary>What they take.</summary>
    public long Bytes => (long)(_pages.Count + _details.Count) * RowsOfAPage * code.Width + _written.Length / 8;

    public bool Has(int number) => number < _written.Length && _written[number];

    public void Set(int number, ReadOnlySpan<float> vector)
    {
        while (_pages.Count * RowsOfAPage <= number)
        {
            _pages.Add(new byte[RowsOfAPage * code.Width]);
            _details.Add(new byte[RowsOfAPage * code.Width]);
            _written.Length = _pages.Count * RowsOfAPage;
        }

        code.Write(vector, Row(_pages, number), Row(_details, number));
        if (_written[number]) return;
        _written[number] = true;
        Count++;
    }

    /// <summary>About the cosines of a question and passages' vectors, within some hundredths; null for a passage without a sketch.</summary>
    public float?[] Cosines(float[] question, IEnumerable<int?> numbers)
    {
        var table = code.Table(question);
        return [.. numbers.Select(number => number is { } known && Has(known) ? Dot(known, table) : (float?)null)];
    }

    /// <summary>The nearest passages, best first, as near as the detailed sketches tell.</summary>
    public IReadOnlyList<ScoredPassage> Nearest(float[] question, PassageTable table, PassageFilter filter, Predicate<int>? excludes, int take)
    {
        var levels = code.Table(question);
        return [.. Rough(question, table, filter, excludes, Oversampling * take).Select(found => table.Scored(found.Number, Dot(found.Number, levels))).OrderByDescending(passage => passage.Score).Take(take)];
    }

    private float Dot(int number, (float[] Levels, float Common) table) => code.Dot(Row(_pages, number), Row(_details, number), table);

    private IEnumerable<(int Number, float Score)> Rough(float[] question, PassageTable table, PassageFilter filter, Predicate<int>? excludes, int take)
    {
        var weights = code.Weights(question);
        var runs = table.Runs(filter);
        try
        {
            var alone = Interlocked.Increment(ref _searches) == 1 && ThreadPool.PendingWorkItemCount == 0; // those who search at the same time share the cores already
            return alone && runs.Sum(run => run.Count) >= WorthSharing ? Shared(weights, table, filter, excludes, runs, take) : Rough(weights, table, filter, excludes, runs, take);
        }
        finally
        {
            Interlocked.Decrement(ref _searches);
        }
    }

    private IEnumerable<(int Number, float Score)> Shared(sbyte[] weights, PassageTable table, PassageFilter filter, Predicate<int>? excludes, IReadOnlyList<(int First, int Count)> runs, int take)
    {
        var parts = Math.Clamp(Environment.ProcessorCount, 1, 4);
        var found = new IReadOnlyList<(int Number, float Score)>[parts];
        Parallel.For(0, parts, part => found[part] = Rough(weights, table, filter, excludes, Share(runs, part, parts), take));
        return found.SelectMany(best => best).OrderByDescending(passage => passage.Score).Take(take);
    }

    private static IReadOnlyList<(int First, int Count)> Share(IReadOnlyList<(int First, int Count)> runs, int part, int parts) =>
        [.. runs.Select(run => (First: run.First + (int)((long)run.Count * part / parts), End: run.First + (int)((long)run.Count * (part + 1) / parts))).Select(run => (run.First, run.End - run.First))];

    private IReadOnlyList<(int Number, float Score)> Rough(sbyte[] weights, PassageTable table, PassageFilter filter, Predicate<int>? excludes, IReadOnlyList<(int First, int Count)> runs, int take)
    {
        var best = new BestPassages(table, filter, excludes, take, float.NegativeInfinity);
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

        return best.Numbers();
    }

    private Span<byte> Row(List<byte[]> pages, int number) => pages[number / RowsOfAPage].AsSpan(number % RowsOfAPage * code.Width, code.Width);

    /// <summary>A passage without a sketch cannot be near.</summary>
    private void LeaveOut(int first, Span<float> nearness)
    {
        for (var i = 0; i < nearness.Length; i++)
            if (!_written[first + i]) nearness[i] = float.NegativeInfinity;
    }
}
