using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Chunking;

/// <summary>One word, when it was said, and by whom.</summary>
internal readonly record struct TimedWord(ReadOnlyMemory<char> Text, TimeSpan Start, TimeSpan End, SpeakerLabel? Speaker, int Segment)
{
    /// <summary>Words of a segment in turn. Where only the segment is timed, each word takes the share of it that its letters have.</summary>
    public static IEnumerable<TimedWord> Of(SpokenSegment segment, int ordinal)
    {
        var line = segment.Line;
        List<Range> words = [.. Split(line.Text)];
        var timed = line.Words is { } given && given.Count == words.Count ? given : null;
        var letters = words.Sum(word => Length(word) + 1);
        var length = line.End - line.Start;
        var before = 0;

        for (var i = 0; i < words.Count; i++)
        {
            var start = timed?[i].Start ?? line.Start + length * ((double)before / letters);
            before += Length(words[i]) + 1;
            var end = timed?[i].End ?? line.Start + length * ((double)before / letters);
            yield return new TimedWord(line.Text.AsMemory(words[i]), start, end, segment.Speaker, ordinal);
        }
    }

    public bool EndsSentence => Sentences.EndsWith(Text.Span);

    public bool EndsClause => Last is ',' or ';' or ':' or '—' or '–';

    /// <summary>The last character, closing quotes and brackets aside.</summary>
    private char Last
    {
        get
        {
            var end = Text.Span.TrimEnd("\"'”’»)]*_");
            return end.IsEmpty ? '\0' : end[^1];
        }
    }

    private static IEnumerable<Range> Split(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            while (i < text.Length && char.IsWhiteSpace(text[i])) i++;
            var from = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i])) i++;
            if (i > from) yield return from..i;
        }
    }

    private static int Length(Range word) => word.End.Value - word.Start.Value;
}
