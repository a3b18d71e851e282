namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Gives lines the order the contract promises: sorted, never overlapping, each with a length and a text.</summary>
internal static class LineOrder
{
    public static IReadOnlyList<TranscriptLine> Arrange(IEnumerable<TranscriptLine> lines)
    {
        // OrderBy is stable: lines that start together stay in the file's order.
        var sorted = lines.Where(line => line.Text.Length > 0).OrderBy(line => line.Start).ToList();
        var arranged = new List<TranscriptLine>(sorted.Count);
        for (var first = 0; first < sorted.Count;)
        {
            var after = first + 1;
            while (after < sorted.Count && sorted[after].Start == sorted[first].Start)
                after++;
            var limit = after < sorted.Count ? sorted[after].Start : TimeSpan.MaxValue;
            if (after - first == 1)
                arranged.Add(Fit(sorted[first], limit));
            else
                Share(sorted[first..after], limit, arranged);
            first = after;
        }

        return arranged;
    }

    private static TranscriptLine Fit(TranscriptLine line, TimeSpan limit)
    {
        var estimated = line.End <= line.Start;
        var end = Earlier(estimated ? line.Start + SpeechRate.Default.TimeFor(WordCount.Of(line.Text)) : line.End, limit);
        if (end == line.End && line.Words is null)
            return line;
        return line with { End = end, Estimated = line.Estimated || estimated, Words = Clip(line, end) };
    }

    // Two people who start together are heard one after the other, each for their share of the words.
    private static void Share(List<TranscriptLine> together, TimeSpan limit, List<TranscriptLine> arranged)
    {
        var counts = together.ConvertAll(line => WordCount.Of(line.Text));
        var start = together[0].Start;
        var longest = together.Max(line => line.End);
        var end = Earlier(longest > start ? longest : start + SpeechRate.Default.TimeFor(counts.Sum()), limit);
        var ticks = Math.Max((end - start).Ticks, together.Count);
        var (spoken, total) = (0, counts.Sum());
        for (var i = 0; i < together.Count; i++)
        {
            var from = start + TimeSpan.FromTicks((long)((double)ticks * spoken / total));
            spoken += counts[i];
            var to = start + TimeSpan.FromTicks((long)((double)ticks * spoken / total));
            arranged.Add(together[i] with { Start = from, End = to, Estimated = true, Words = null });
        }
    }

    private static WordTime[]? Clip(TranscriptLine line, TimeSpan end)
    {
        if (line.Words is not { } words || words.Count != WordCount.Of(line.Text))
            return null;
        var clipped = new WordTime[words.Count];
        var earliest = line.Start;
        for (var i = 0; i < clipped.Length; i++)
        {
            var start = Earlier(Later(words[i].Start, earliest), end);
            var next = i + 1 < words.Count ? Later(words[i + 1].Start, start) : end;
            clipped[i] = new WordTime(start, Earlier(Later(words[i].End, start), Earlier(next, end)));
            earliest = clipped[i].End;
        }

        return clipped;
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
