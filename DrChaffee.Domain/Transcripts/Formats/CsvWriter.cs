using System.Buffers;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Writes a table by RFC 4180: start, end, speaker, text.</summary>
internal static class CsvWriter
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    public static void Write(TranscriptDocument document, TextWriter writer)
    {
        writer.Write("start,end,speaker,text\r\n");
        foreach (var line in document.Lines)
            writer.Write($"{Clock.Format(line.Start)},{Clock.Format(line.End)},{Quote(line.Speaker ?? "")},{Quote(line.Text)}\r\n");
    }

    // Spaces at the ends survive only in quotes with some readers.
    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(NeedsQuotes) || field.AsSpan().Trim().Length < field.Length
            ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : field;
}
