using System.Buffers;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Tells whether a sentence ends between two words, so that a line is never cut inside one.</summary>
public static class Sentences
{
    private static readonly SearchValues<char> Closers = SearchValues.Create("\"'”’)]*_»");
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Abbreviations =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Sr", "Jr", "vs", "etc", "e.g", "i.e", "a.k.a", "No", "approx", "Inc", "Ltd", "Mt",
        }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for a word with a full stop behind it that is no abbreviation, or with another mark that ends a sentence.</summary>
    public static bool EndsWith(ReadOnlySpan<char> word)
    {
        var core = word.TrimEnd(Closers);
        return core.Length > 0 && core[^1] switch
        {
            '?' or '!' or '…' or '。' or '？' or '！' => true,
            '.' => !IsAbbreviation(core[..^1]),
            _ => false,
        };
    }

    /// <summary>A word in lower case goes on with the sentence, whatever stood before it.</summary>
    public static bool CanStartWith(ReadOnlySpan<char> word)
    {
        foreach (var character in word)
        {
            if (char.IsLetterOrDigit(character))
                return !char.IsLower(character);
        }

        return false;
    }

    private static bool IsAbbreviation(ReadOnlySpan<char> core)
    {
        if (core.Length > 0 && core[^1] == '.')
            return false;
        var bare = core.TrimStart("([\"'“‘");
        // 3. Next: the number of an item.
        if (bare.Length is 1 or 2 && !bare.ContainsAnyExceptInRange('0', '9'))
            return true;
        return bare is [>= 'A' and <= 'Z'] and not "I" || Abbreviations.Contains(bare);
    }

    private static ReadOnlySpan<char> TrimEnd(this ReadOnlySpan<char> word, SearchValues<char> characters)
    {
        var last = word.LastIndexOfAnyExcept(characters);
        return word[..(last + 1)];
    }
}
