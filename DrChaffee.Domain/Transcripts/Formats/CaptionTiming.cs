namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads a cue's timing line: start, arrow, end, and settings that are of no use here.</summary>
internal static class CaptionTiming
{
    private const string Arrow = "-->";

    public static bool TryParse(ReadOnlySpan<char> line, out TimeSpan start, out TimeSpan end)
    {
        end = start = default;
        var arrow = line.IndexOf(Arrow, StringComparison.Ordinal);
        if (arrow < 0 || !Clock.TryParse(line[..arrow], out start))
            return false;
        var rest = line[(arrow + Arrow.Length)..].Trim();
        return Clock.TryParseStart(rest, out end, out var length) && (length == rest.Length || char.IsWhiteSpace(rest[length]));
    }

    /// <summary>The complaint about a file without one readable timing line; names the first line that tried to be one.</summary>
    public static TranscriptFormatException Missing(string text, string file)
    {
        var lines = new TextLines(text);
        while (lines.MoveNext())
        {
            if (lines.Current.Contains(Arrow, StringComparison.Ordinal))
            {
                return new TranscriptFormatException(
                    $"Line {lines.Number} of {file} is not a caption time; write it like 00:01:02,500 --> 00:01:04,000.")
                { LineNumber = lines.Number };
            }
        }

        return new TranscriptFormatException($"No caption times were found in {file}; each caption needs a line like 00:01:02,500 --> 00:01:04,000.");
    }
}
