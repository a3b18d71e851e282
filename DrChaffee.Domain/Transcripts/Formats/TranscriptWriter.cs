using System.Text;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Writes a transcript as a file that <see cref="TranscriptFile"/> or another program reads; times to the millisecond.</summary>
public static class TranscriptWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static void Write(TranscriptDocument document, TranscriptFormat format, TextWriter writer)
    {
        switch (format)
        {
            case TranscriptFormat.Txt:
                PlainTextWriter.Write(document, writer);
                break;
            case TranscriptFormat.Srt:
                SrtWriter.Write(document, writer);
                break;
            case TranscriptFormat.Vtt:
                WebVttWriter.Write(document, writer);
                break;
            case TranscriptFormat.Csv:
                CsvWriter.Write(document, writer);
                break;
            case TranscriptFormat.Json:
                writer.Write(ExportWriter.Write(document));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "There is no writer for this format.");
        }
    }

    /// <summary>Writes UTF-8 without a byte order mark and leaves the stream open.</summary>
    public static async Task WriteAsync(TranscriptDocument document, TranscriptFormat format, Stream stream, CancellationToken cancellationToken = default)
    {
        using var text = new StringWriter { NewLine = "\n" };
        Write(document, format, text);
        await stream.WriteAsync(Utf8.GetBytes(text.ToString()), cancellationToken);
    }

    /// <summary>The media type to serve a format as.</summary>
    public static string ContentType(TranscriptFormat format) => format switch
    {
        TranscriptFormat.Srt => "application/x-subrip; charset=utf-8",
        TranscriptFormat.Vtt => "text/vtt; charset=utf-8",
        TranscriptFormat.Csv => "text/csv; charset=utf-8",
        TranscriptFormat.Json => "application/json; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
}
