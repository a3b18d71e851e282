namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Writes WebVTT with each line's speaker as its voice.</summary>
internal static class WebVttWriter
{
    public static void Write(TranscriptDocument document, TextWriter writer)
    {
        writer.Write("WEBVTT\n\n");
        foreach (var line in document.Lines)
        {
            var voice = line.Speaker is { } speaker ? $"<v {Escape(speaker)}>" : "";
            writer.Write($"{Clock.Format(line.Start)} --> {Clock.Format(line.End)}\n{voice}{Escape(line.Text)}\n\n");
        }
    }

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("{\\", "&#123;\\", StringComparison.Ordinal);
}
