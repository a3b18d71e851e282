namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads SubRip captions; only the timing lines are trusted, since indices and blank lines are often missing.</summary>
internal static class SrtReader
{
    public static TranscriptDocument Read(string text, string file)
    {
        var cues = new List<CaptionCue>();
        var rows = new List<string>();
        (TimeSpan Start, TimeSpan End)? open = null;
        foreach (var line in new TextLines(text))
        {
            if (!CaptionTiming.TryParse(line, out var start, out var end))
            {
                rows.Add(line.ToString());
                continue;
            }

            DropIndex(rows, cues.Count);
            Close(cues, open, rows);
            open = (start, end);
        }

        Close(cues, open, rows);
        if (open is null)
            throw CaptionTiming.Missing(text, file);
        return new TranscriptDocument { Lines = CaptionLines.From(cues) };
    }

    private static void Close(List<CaptionCue> cues, (TimeSpan Start, TimeSpan End)? open, List<string> rows)
    {
        if (open is { } times)
            cues.Add(new CaptionCue(times.Start, times.End, CaptionMarkup.Read(rows)));
        rows.Clear();
    }

    // The number before a timing line is an index after a blank line or at the top, or where it goes on counting; else somebody said it.
    private static void DropIndex(List<string> rows, int cuesSoFar)
    {
        if (rows.Count == 0 || !int.TryParse(rows[^1].Trim().TrimStart('\uFEFF'), out var number))
            return;
        if (rows.Count == 1 && cuesSoFar == 0 || rows.Count > 1 && string.IsNullOrWhiteSpace(rows[^2]) || number == cuesSoFar + 2)
            rows.RemoveAt(rows.Count - 1);
    }
}
