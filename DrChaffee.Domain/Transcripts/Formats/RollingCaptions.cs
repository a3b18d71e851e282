namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Undoes captions that scroll: each cue shows the last row of the one before again, with a blink of a cue in between.</summary>
internal static class RollingCaptions
{
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(50);

    /// <summary>The cues with each phrase once; cues that do not scroll come back as they are.</summary>
    public static IReadOnlyList<CaptionCue> Unroll(IReadOnlyList<CaptionCue> cues)
    {
        var repeats = new int[cues.Count];
        var rolling = 0;
        IReadOnlyList<CaptionRow> shown = [];
        for (var i = 0; i < cues.Count; i++)
        {
            repeats[i] = Repeated(shown, cues[i].Rows);
            if (repeats[i] > 0 && (cues[i].Rows.Count > repeats[i] || cues[i].End - cues[i].Start <= Blink))
                rolling++;
            if (cues[i].Rows.Count > 0)
                shown = cues[i].Rows;
        }

        // People do say the same twice, so one cue in four must scroll before any of it counts as a repeat.
        if (rolling == 0 || rolling * 4 < cues.Count - 1)
            return cues;
        return [.. cues.Select((cue, i) => repeats[i] == 0 ? cue : cue with { Rows = [.. cue.Rows.Skip(repeats[i])] })];
    }

    private static int Repeated(IReadOnlyList<CaptionRow> shown, IReadOnlyList<CaptionRow> rows)
    {
        for (var count = Math.Min(shown.Count, rows.Count); count > 0; count--)
        {
            var offset = shown.Count - count;
            if (Enumerable.Range(0, count).All(i => shown[offset + i].Text == rows[i].Text))
                return count;
        }

        return 0;
    }
}
