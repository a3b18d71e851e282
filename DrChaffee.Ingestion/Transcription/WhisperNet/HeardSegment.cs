using DrChaffee.Domain.Transcripts;
using Whisper.net;

namespace DrChaffee.Ingestion.Transcription.WhisperNet;

/// <summary>Reads what Whisper.net gives for one segment.</summary>
internal static class HeardSegment
{
    private const int TicksPerCentisecond = (int)TimeSpan.TicksPerMillisecond * 10;

    /// <summary>Null where it says nothing.</summary>
    public static TranscriptLine? ToLine(SegmentData segment)
    {
        var text = string.Join(' ', segment.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (text.Length == 0) return null;
        var tokens = Array.FindAll(segment.Tokens, token => !IsMark(token.Text));
        return new TranscriptLine(segment.Start, segment.End > segment.Start ? segment.End : segment.Start, text)
        {
            Words = Words(text, tokens, segment.Start, segment.End),
            Quality = new LineQuality(tokens.Length == 0 ? null : Finite(tokens.Average(token => token.ProbabilityLog)), CompressionRatio: null, Finite(segment.NoSpeechProbability)),
        };
    }

    /// <summary>Times and languages stand among the words as tokens of their own.</summary>
    private static bool IsMark(string? token) => token is null || token.StartsWith("[_", StringComparison.Ordinal) || token.StartsWith("<|", StringComparison.Ordinal);

    /// <summary>Tokens are parts of words, a new one begins with a space; null where they do not spell the text, as where a letter is cut in two.</summary>
    private static WordTime[]? Words(string text, WhisperToken[] tokens, TimeSpan start, TimeSpan end)
    {
        List<(string Text, long From, long To)> words = [];
        foreach (var token in tokens)
        {
            var part = token.Text!;
            if (words.Count == 0 || char.IsWhiteSpace(part.FirstOrDefault())) words.Add((part.Trim(), token.Start, token.End));
            else words[^1] = (words[^1].Text + part, words[^1].From, token.End);
        }

        words.RemoveAll(word => word.Text.Length == 0);
        if (!text.Split(' ').SequenceEqual(words.Select(word => word.Text), StringComparer.Ordinal)) return null;
        var times = new WordTime[words.Count];
        var last = start;
        for (var i = 0; i < times.Length; i++)
        {
            var from = Within(words[i].From, last, end);
            times[i] = new WordTime(from, last = Within(words[i].To, from, end));
        }

        return times;
    }

    /// <summary>Where a model is wholly sure, whisper.cpp's figures can be no numbers, and such cannot be stored.</summary>
    private static float? Finite(float figure) => float.IsFinite(figure) ? figure : null;

    private static TimeSpan Within(long centiseconds, TimeSpan least, TimeSpan most)
    {
        var time = TimeSpan.FromTicks(centiseconds * TicksPerCentisecond);
        return time < least ? least : time > most && most > least ? most : time;
    }
}
