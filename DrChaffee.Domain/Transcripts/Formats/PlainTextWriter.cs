namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Writes paragraphs to read: one a turn, or where a long turn pauses.</summary>
internal static class PlainTextWriter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2.5);
    private const int LongParagraph = 120;

    public static void Write(TranscriptDocument document, TextWriter writer)
    {
        if (document.Title is { } title)
            writer.Write($"{title}\n\n");
        TranscriptLine? previous = null;
        var words = 0;
        foreach (var line in document.Lines)
        {
            if (previous is not null)
            {
                var turn = line.Speaker != previous.Speaker;
                var pause = line.Start - previous.End > Pause || (words > LongParagraph && Sentences.EndsWith(previous.Text));
                writer.Write(turn || pause ? "\n\n" : " ");
                words = turn || pause ? 0 : words;
            }

            if (line.Speaker is { } speaker && speaker != previous?.Speaker)
                writer.Write($"{speaker}: ");
            writer.Write(line.Text);
            words += WordCount.Of(line.Text);
            previous = line;
        }

        writer.Write("\n");
    }
}
