using System.Text.Json;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads the segments of a podcast-namespace transcript; segments of one word each become sentences with timed words.</summary>
internal static class SegmentsReader
{
    public static TranscriptDocument Read(JsonElement segments)
    {
        var lines = new List<TranscriptLine>();
        foreach (var segment in segments.EnumerateArray())
        {
            var start = segment.Seconds("startTime") ?? segment.Seconds("start") ?? (lines.Count > 0 ? lines[^1].End : TimeSpan.Zero);
            var end = segment.Seconds("endTime") ?? segment.Seconds("end") ?? start;
            var text = CaptionMarkup.Plain((segment.Text("body") ?? segment.Text("text") ?? "").ReplaceLineEndings(" "));
            if (text.Length > 0 && !SoundCue.IsOnly(text) && !SoundCue.IsSilent(text))
                lines.Add(new TranscriptLine(start, end, text, SpeakerName.Clean(segment.Text("speaker"))));
        }

        return new TranscriptDocument { Lines = LineOrder.Arrange(IsByWord(lines) ? JoinWords(lines) : lines) };
    }

    private static bool IsByWord(List<TranscriptLine> lines) =>
        lines.Count(line => WordCount.Of(line.Text) == 1) * 5 > lines.Count * 4 && lines.Count > 4;

    private static IReadOnlyList<TranscriptLine> JoinWords(List<TranscriptLine> words)
    {
        var talk = new TimedWords();
        foreach (var line in LineOrder.Arrange(words))
        {
            var parts = line.Text.Split(' ');
            for (var i = 0; i < parts.Length; i++)
                talk.Add(parts[i], line.Speaker, i == 0 ? line.Start : null, i == parts.Length - 1 ? line.End : null);
        }

        return talk.ToLines();
    }
}
