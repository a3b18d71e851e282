namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>A stretch of a recording in which somebody speaks.</summary>
internal readonly record struct SpeechStretch(TimeSpan Start, TimeSpan End)
{
    public TimeSpan Length => End - Start;

    /// <summary>How much of the time from start to end is speech; the stretches are in order.</summary>
    public static TimeSpan Within(IReadOnlyList<SpeechStretch> speech, TimeSpan start, TimeSpan end)
    {
        var (low, high) = (0, speech.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (speech[middle].End <= start) low = middle + 1;
            else high = middle;
        }

        var sum = TimeSpan.Zero;
        for (; low < speech.Count && speech[low].Start < end; low++)
            sum += (speech[low].End < end ? speech[low].End : end) - (speech[low].Start > start ? speech[low].Start : start);
        return sum;
    }
}
