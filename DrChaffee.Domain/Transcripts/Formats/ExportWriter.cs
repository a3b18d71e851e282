using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>
/// Writes this program's own export: the recording's facts, then each line with its times in seconds, its speaker and, where known,
/// the start and end of each word.
/// </summary>
internal static class ExportWriter
{
    private const string Schema = "transcript";
    private const int Version = 1;

    // Spoken text is full of apostrophes; a file, unlike a page, need not hide them.
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(TranscriptDocument document)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(document, json);
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Write(TranscriptDocument document, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteNumber("version", Version);
        json.WriteString("title", document.Title);
        json.WriteString("channel", document.Channel);
        json.WriteString("published_on", document.PublishedOn?.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("url", document.Url?.OriginalString);
        if (document.Duration is { } duration)
            json.WriteNumber("duration", Seconds(duration));
        json.WriteStartArray(ExportReader.LinesName);
        foreach (var line in document.Lines)
            WriteLine(line, json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLine(TranscriptLine line, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("start", Seconds(line.Start));
        json.WriteNumber("end", Seconds(line.End));
        json.WriteString("speaker", line.Speaker);
        json.WriteString("text", line.Text);
        if (line.Estimated)
            json.WriteBoolean("estimated", true);
        if (line.Words is { } words)
        {
            // One value, so that an hour of talk is not ten thousand lines of digits.
            json.WritePropertyName("words");
            json.WriteRawValue($"[{string.Join(',', words.Select(word => string.Create(CultureInfo.InvariantCulture, $"[{Seconds(word.Start)},{Seconds(word.End)}]")))}]");
        }

        json.WriteEndObject();
    }

    private static decimal Seconds(TimeSpan time) => Clock.Milliseconds(time) / 1000m;
}
