namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>What may be a speaker's label at the start of a text, and how much of the text it takes.</summary>
internal sealed record SpeakerLabel(string Name, int Length, bool Bracketed)
{
    public const string TurnSign = ">>";

    private const int LongestName = 40;
    private const int MostWords = 4;

    private static readonly HashSet<string> Particles = new(StringComparer.Ordinal) { "de", "da", "di", "van", "von", "der", "den", "la", "le", "el", "bin", "of", "the" };

    // Words that open a remark, not a person's turn, however often they come back.
    private static readonly HashSet<string> Remarks = new(StringComparer.OrdinalIgnoreCase)
    {
        "Note", "Notes", "Warning", "Remember", "Example", "Tip", "Tips", "Important", "Summary", "Chapter", "Part", "Step", "Section", "So", "And", "But", "Or",
        "Like", "Yes", "No", "Okay", "Ok", "Well", "Now", "Then", "First", "Second", "Third", "Here", "This", "That", "It", "Update", "Source", "Link", "Links", "Disclaimer",
        "Number", "Option", "Rule", "Lesson", "Fact", "Myth", "Point", "Reason", "Day", "Week", "http", "https",
    };

    /// <summary>The label that <paramref name="text"/> starts with, whether or not anybody goes by that name; null where there is none.</summary>
    public static SpeakerLabel? Find(string text)
    {
        var start = text.StartsWith("- ", StringComparison.Ordinal) ? 2 : 0;
        while (start < text.Length && text[start] is '>' or ' ')
            start++;
        if (start >= text.Length)
            return null;
        var bracketed = text[start] == '[';
        var from = bracketed ? start + 1 : start;
        var window = text.AsSpan(from, Math.Min(text.Length - from, LongestName + 1));
        var end = window.IndexOf(bracketed ? ']' : ':');
        if (end <= 0 || !IsName(window[..end], bracketed))
            return null;
        var after = from + end + 1;
        if (bracketed && after < text.Length && text[after] == ':')
            after++;
        // 10:30 and a:b are no labels: a space or the row's end follows one.
        if (after < text.Length && text[after] != ' ')
            return null;
        while (after < text.Length && text[after] == ' ')
            after++;
        return new SpeakerLabel(SpeakerName.Clean(window[..end].ToString())!, after, bracketed);
    }

    /// <summary>True where every word is written like a part of a name: Bekah Hawrot Weigel, SPEAKER 1, Dr. O'Neil.</summary>
    public static bool IsName(ReadOnlySpan<char> text, bool bracketed = false)
    {
        var words = text.Trim().ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > MostWords || !char.IsUpper(words[0][0]) || Remarks.Contains(words[0]))
            return false;
        return Array.TrueForAll(words, word => IsNamePart(word) && !(bracketed && SoundCue.IsSound(word)));
    }

    private static bool IsNamePart(string word)
    {
        if (Particles.Contains(word))
            return true;
        if (!char.IsUpper(word[0]) && !char.IsDigit(word[0]))
            return false;
        foreach (var character in word)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('.' or '-' or '\'' or '’' or '_' or '#' or '/' or '&'))
                return false;
        }

        return true;
    }
}
