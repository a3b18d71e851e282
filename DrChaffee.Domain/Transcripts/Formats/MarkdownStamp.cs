using System.Buffers;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>
/// Reads stamps in brackets as transcribers and their editors left them: [00:01:02.03], \[\\00:01:02\], [unintelligible 00:01:02].
/// Words beside the time stay in the text.
/// </summary>
internal static class MarkdownStamp
{
    private const int LongestStamp = 64;
    private static readonly SearchValues<char> ClockCharacters = SearchValues.Create("0123456789:., *\\");

    /// <summary>Takes the stamp whose bracket ends at <paramref name="open"/> and says how long it is; 0 where it is none.</summary>
    public static int Take(ReadOnlySpan<char> text, int open, SparseTalk talk)
    {
        var window = text[open..Math.Min(text.Length, open + LongestStamp)];
        var close = window.IndexOf(']');
        // A bracket that was never closed is forgiven at the line's end.
        if (close < 0 && text.Length > open + LongestStamp)
            return 0;
        var inside = (close < 0 ? window : window[..close]).TrimEnd("\\ ");
        var wordsEnd = inside.LastIndexOfAnyExcept(ClockCharacters) + 1;
        if (wordsEnd == inside.Length || !TryReadClock(inside[wordsEnd..], out var time))
            return 0;
        talk.Stamp(time);
        AppendWords(inside[..wordsEnd].Trim("\\ "), talk);
        return close < 0 ? text.Length : open + close + 1;
    }

    /// <summary>How long the stamp is that the line opens with, before a name perhaps; 0 where there is none, or words stand beside the time.</summary>
    public static int LengthAtStart(ReadOnlySpan<char> line)
    {
        var open = line is ['\\', '[', ..] ? 2 : line is ['[', ..] ? 1 : 0;
        var close = open == 0 ? -1 : line[..Math.Min(line.Length, LongestStamp)].IndexOf(']');
        return close > 0 && TryReadClock(line[open..close], out _) ? close + 1 : 0;
    }

    private static bool TryReadClock(ReadOnlySpan<char> text, out TimeSpan time)
    {
        Span<char> clean = stackalloc char[text.Length];
        var length = 0;
        foreach (var character in text)
        {
            // [00:11**:** 51.07]: emphasis that slipped into the time.
            if (character is not ('*' or '\\' or ' '))
                clean[length++] = character;
        }

        return Clock.TryParse(clean[..length].TrimEnd(":.,"), out time);
    }

    private static void AppendWords(ReadOnlySpan<char> words, SparseTalk talk)
    {
        if (words.IsEmpty)
            return;
        talk.Append("[");
        foreach (var range in words.Split(' '))
        {
            if (range.Start.Value > 0)
                talk.EndWord();
            talk.Append(words[range]);
        }

        talk.Append("]");
    }
}
