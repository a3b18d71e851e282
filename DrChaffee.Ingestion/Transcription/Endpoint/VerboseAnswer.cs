using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Transcription.Ledger;

namespace DrChaffee.Ingestion.Transcription.Endpoint;

/// <summary>An answer in the form <c>verbose_json</c>; times in seconds from the start of what was sent.</summary>
internal sealed record VerboseAnswer(string? Text, IReadOnlyList<VerboseSegment>? Segments, IReadOnlyList<VerboseWord>? Words)
{
    /// <summary>Its lines in the recording's own time; null where it holds text without times.</summary>
    /// <param name="offset">Where in the recording the piece begins.</param>
    /// <param name="length">The piece's length: no line goes beyond it, whatever the server says.</param>
    public IReadOnlyList<TranscriptLine>? Lines(TimeSpan offset, TimeSpan length)
    {
        if (Segments is null) return string.IsNullOrWhiteSpace(Text) ? [] : null;
        List<TranscriptLine> lines = [];
        var words = new Queue<VerboseWord>(Words ?? []);
        foreach (var segment in Segments.OrderBy(segment => segment.Start))
        {
            var (text, start, end) = (string.Join(' ', (segment.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), Within(segment.Start, length), Within(segment.End, length));
            if (text.Length == 0) continue;
            lines.Add(new TranscriptLine(offset + start, offset + (end > start ? end : start), text)
            {
                Words = Timed(text, segment.Words is { Count: > 0 } own ? new Queue<VerboseWord>(own) : words, offset, length),
                Quality = new LineQuality(Finite(segment.AvgLogprob), CompressionRatio: null, Finite(segment.NoSpeechProb)),
            });
        }

        return lines;
    }

    /// <summary>
    /// The times of a line's words, taken off the queue. Servers cut words otherwise than white space does (without punctuation, or in parts): they are put
    /// together until they spell the word; null where they spell something else.
    /// </summary>
    private static WordTime[]? Timed(string text, Queue<VerboseWord> words, TimeSpan offset, TimeSpan length)
    {
        var left = new Queue<VerboseWord>(words);
        List<WordTime> times = [];
        foreach (var word in text.Split(' '))
        {
            var plain = Loop.Plain(word);
            if (left.Count == 0 && plain.Length > 0) return null;
            var start = left.Count > 0 ? left.Peek().Start : null;
            double? end = start;
            for (var spelt = ""; spelt.Length < plain.Length;)
            {
                if (!left.TryDequeue(out var part)) return null;
                spelt += Loop.Plain(part.Word ?? "");
                if (!plain.StartsWith(spelt, StringComparison.Ordinal)) return null;
                end = part.End;
            }

            while (plain.Length == 0 && left.TryPeek(out var mark) && mark.Word?.Trim() == word) end = left.Dequeue().End; // a dash between two words
            var from = times.Count > 0 && Within(start, length) + offset < times[^1].End ? times[^1].End : Within(start, length) + offset;
            var to = Within(end, length) + offset;
            times.Add(new WordTime(from, to > from ? to : from));
        }

        while (words.Count > left.Count) words.Dequeue();
        return [.. times];
    }

    private static TimeSpan Within(double? seconds, TimeSpan length) => seconds is { } value && double.IsFinite(value) ? TimeSpan.FromSeconds(Math.Clamp(value, 0, length.TotalSeconds)) : TimeSpan.Zero;

    private static float? Finite(double? figure) => figure is { } value && double.IsFinite(value) ? (float)value : null;
}

internal sealed record VerboseSegment(double? Start, double? End, string? Text, double? AvgLogprob, double? NoSpeechProb, IReadOnlyList<VerboseWord>? Words);

internal sealed record VerboseWord(string? Word, double? Start, double? End);
