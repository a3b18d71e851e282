namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Writes SubRip captions; the format has no place for speakers.</summary>
internal static class SrtWriter
{
    public static void Write(TranscriptDocument document, TextWriter writer)
    {
        for (var i = 0; i < document.Lines.Count; i++)
        {
            var line = document.Lines[i];
            writer.Write($"{i + 1}\n{Clock.Format(line.Start, ',')} --> {Clock.Format(line.End, ',')}\n{Escape(line.Text)}\n\n");
        }
    }

    // Many players show entities as they stand, so only text that would be taken for markup gets them.
    private static string Escape(string text) =>
        !text.Contains("-->", StringComparison.Ordinal) && CaptionMarkup.Plain(text) == text
            ? text
            : WebVttWriter.Escape(text).Replace("{", "&#123;", StringComparison.Ordinal);
}
