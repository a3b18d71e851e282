namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Makes lines of cues: in order, each phrase once, labels turned into speakers, sounds left out.</summary>
internal static class CaptionLines
{
    public static IReadOnlyList<TranscriptLine> From(IEnumerable<CaptionCue> cues)
    {
        var ordered = cues.OrderBy(cue => cue.Start).ToList();
        var labelled = SpeakerLabels.Apply(RollingCaptions.Unroll(WithoutDoubles(ordered)));
        var lines = new List<TranscriptLine>();
        foreach (var cue in labelled)
            AddLines(cue, lines);
        return LineOrder.Arrange(lines);
    }

    // Styled captions show one text twice at the same time, once as the shadow of the other.
    private static List<CaptionCue> WithoutDoubles(List<CaptionCue> cues)
    {
        var kept = new List<CaptionCue>(cues.Count);
        foreach (var cue in cues)
        {
            if (kept.Count == 0 || kept[^1].Start != cue.Start || kept[^1].End != cue.End || !kept[^1].Rows.Select(row => row.Text).SequenceEqual(cue.Rows.Select(row => row.Text)))
                kept.Add(cue);
        }

        return kept;
    }

    private static void AddLines(CaptionCue cue, List<TranscriptLine> lines)
    {
        var parts = Parts(cue.Rows);
        var total = parts.Sum(part => WordCount.Of(part.Text));
        var before = 0;
        foreach (var part in parts)
        {
            var words = WordCount.Of(part.Text);
            var length = cue.End > cue.Start ? cue.End - cue.Start : SpeechRate.Default.TimeFor(total);
            var start = cue.Start + (length * ((double)before / total));
            before += words;
            if (SoundCue.IsOnly(part.Text) || SoundCue.IsSilent(part.Text))
                continue;
            var end = parts.Count == 1 ? cue.End : cue.Start + (length * ((double)before / total));
            lines.Add(new TranscriptLine(start, end, part.Text, part.Speaker)
            {
                Estimated = parts.Count > 1,
                Words = parts.Count == 1 && end > start ? WordTimes.Between(start, end, part.WordStarts) : null,
            });
        }
    }

    // Rows of one speaker are one line: a caption breaks where the screen ends, not where the sentence does.
    private static List<CaptionRow> Parts(IReadOnlyList<CaptionRow> rows)
    {
        var parts = new List<CaptionRow>();
        foreach (var row in rows)
        {
            if (parts.Count > 0 && parts[^1].Speaker == row.Speaker)
                parts[^1] = Join(parts[^1], row);
            else
                parts.Add(row);
        }

        return parts;
    }

    private static CaptionRow Join(CaptionRow first, CaptionRow second)
    {
        var timed = first.WordStarts is not null || second.WordStarts is not null;
        return first with
        {
            Text = $"{first.Text} {second.Text}",
            WordStarts = timed ? [.. Starts(first), .. Starts(second)] : null,
        };
    }

    private static IEnumerable<TimeSpan?> Starts(CaptionRow row) => row.WordStarts ?? Enumerable.Repeat<TimeSpan?>(null, WordCount.Of(row.Text));
}
