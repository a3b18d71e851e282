namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Spreads the words of a line over the times that the file gives for some of them.</summary>
internal static class WordTimes
{
    /// <summary>A time for each word; words between two known times share the stretch. Null where no word is timed.</summary>
    public static WordTime[]? Between(TimeSpan start, TimeSpan end, IReadOnlyList<TimeSpan?>? known)
    {
        if (known is null || known.Count == 0)
            return null;
        var starts = new TimeSpan[known.Count + 1];
        starts[^1] = end;
        var last = 0;
        starts[0] = known[0] is { } first && first > start && first < end ? first : start;
        for (var i = 1; i <= known.Count; i++)
        {
            if (i < known.Count && !(known[i] is { } time && time >= starts[last] && time <= end))
                continue;
            if (i < known.Count)
                starts[i] = known[i]!.Value;
            for (var between = last + 1; between < i; between++)
                starts[between] = starts[last] + ((starts[i] - starts[last]) * ((double)(between - last) / (i - last)));
            last = i;
        }

        return [.. known.Select((_, i) => new WordTime(starts[i], starts[i + 1]))];
    }
}
