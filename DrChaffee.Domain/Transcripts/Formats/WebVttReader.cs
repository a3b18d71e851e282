namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads WebVTT: cues with their settings, voices and word times; notes, styles and regions are left out.</summary>
internal static class WebVttReader
{
    public static TranscriptDocument Read(string text, string file)
    {
        var cues = new List<CaptionCue>();
        var rows = new List<string>();
        (TimeSpan Start, TimeSpan End)? open = null;
        foreach (var line in new TextLines(text))
        {
            if (CaptionTiming.TryParse(line, out var start, out var end))
            {
                Close();
                open = (start, end);
            }
            else if (line.IsEmpty || (line.IsWhiteSpace() && rows.Exists(row => !string.IsNullOrWhiteSpace(row))))
            {
                // A row of one space is how scrolling captions leave the upper row free; it does not end the cue.
                // What stands before the next timing line is a cue's name, a note or a style, never speech.
                Close();
                open = null;
            }
            else if (open is not null)
            {
                rows.Add(line.ToString());
            }
        }

        Close();
        if (cues.Count == 0)
            throw CaptionTiming.Missing(text, file);
        return new TranscriptDocument { Lines = CaptionLines.From(cues) };

        void Close()
        {
            if (open is { } times)
                cues.Add(new CaptionCue(times.Start, times.End, CaptionMarkup.Read(rows)));
            rows.Clear();
        }
    }
}
