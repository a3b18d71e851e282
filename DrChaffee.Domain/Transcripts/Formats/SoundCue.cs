namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Knows labels of sounds, such as [Music] and (laughter): nobody spoke them.</summary>
internal static class SoundCue
{
    private const int LongestBracketed = 6;
    private const int LongestInParentheses = 3;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Sounds =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "music", "applause", "laughter", "laughs", "laugh", "laughing", "laughers", "chuckles", "chuckle", "chuckling", "inaudible",
            "unintelligible", "silence", "crosstalk", "cross-talk", "pause", "sigh", "sighs", "sighing", "cough", "coughs", "coughing", "cheering",
            "cheers", "singing", "sings", "whispering", "jingle", "noise", "beep", "beeps", "gasps", "groans", "foreign", "sound", "sounds",
            "clapping", "snorts", "sniffs", "humming", "screaming", "static", "sneezes", "outro", "intro",
        }.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsSound(ReadOnlySpan<char> word) => Sounds.Contains(word);

    /// <summary>True where the text is nothing but such labels, note signs and punctuation.</summary>
    public static bool IsOnly(ReadOnlySpan<char> text)
    {
        var labels = 0;
        while (true)
        {
            text = text.TrimStart(" .,;:!?-–—…\"♪♫#");
            if (text.IsEmpty)
                return labels > 0;
            var close = text[0] switch { '[' => text.IndexOf(']'), '(' => text.IndexOf(')'), _ => -1 };
            if (close < 0 || !IsLabel(text[1..close], text[0] == '['))
                return false;
            labels++;
            text = text[(close + 1)..];
        }
    }

    /// <summary>True where no letter or digit is in the text: notes, dashes, dots.</summary>
    public static bool IsSilent(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsLetterOrDigit(character) || char.IsSurrogate(character))
                return false;
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> inside, bool bracketed)
    {
        var words = WordCount.Of(inside);
        if (bracketed)
            return words <= LongestBracketed;
        // People do say things that are written in parentheses, so these must name a sound.
        return words <= LongestInParentheses && NamesSound(inside);
    }

    private static bool NamesSound(ReadOnlySpan<char> inside)
    {
        foreach (var range in inside.SplitAny(' ', ',', '.'))
        {
            if (IsSound(inside[range]))
                return true;
        }

        return false;
    }
}
