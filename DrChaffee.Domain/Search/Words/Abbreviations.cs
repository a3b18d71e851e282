using System.Collections.Frozen;
using DrChaffee.Domain.Search.Query;

namespace DrChaffee.Domain.Search.Words;

/// <summary>
/// Abbreviations as the library explains them, "double-balloon enteroscopy (DBE)": who asks by the words wants those passages too that hold the abbreviation alone.
/// One counts as explained where its letters are the first ones of as many words before it, the common case of Schwartz and Hearst (2003).
/// </summary>
internal sealed class Abbreviations
{
    public static readonly Abbreviations None = new([]);

    private const int Shortest = 2;
    private const int Longest = 6;
    private const int Most = 20_000;

    private readonly FrozenDictionary<string, string> _byWords;

    private Abbreviations(Dictionary<string, string> byWords) => _byWords = byWords.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The abbreviations of what a question says in full; mostly none.</summary>
    public IReadOnlyList<string> Of(string question)
    {
        if (_byWords.Count == 0) return [];
        var words = Words(question);
        List<string> found = [];
        for (var first = 0; first < words.Count; first++)
            for (var length = Shortest; length <= Math.Min(Longest, words.Count - first); length++)
                if (_byWords.TryGetValue(Key(words, first, length), out var abbreviation) && !words.Contains(abbreviation)) found.Add(abbreviation);
        return found;
    }

    private static List<string> Words(ReadOnlySpan<char> text)
    {
        List<string> words = [];
        foreach (var range in QueryText.Runs(text)) words.Add(text[range].ToString().ToLowerInvariant());
        return words;
    }

    private static string Key(List<string> words, int first, int length) => string.Join(' ', words.Slice(first, length));

    /// <summary>Gathers abbreviations from text after text.</summary>
    public sealed class Reader
    {
        /// <summary>Characters before a bracket that may hold the words.</summary>
        private const int LongestExplanation = 120;

        private readonly Dictionary<string, string> _byWords = new(StringComparer.Ordinal);

        public void Read(string text)
        {
            for (var open = text.IndexOf('('); open >= 0; open = text.IndexOf('(', open + 1))
            {
                var close = text.AsSpan(open, Math.Min(Longest + 3, text.Length - open)).IndexOf(')');
                if (close < 0 || _byWords.Count >= Most || Short(text.AsSpan(open + 1, close - 1)) is not { } abbreviation) continue;
                var words = Words(text.AsSpan(0, open)[StartOfWord(text, open - LongestExplanation)..]);
                var first = words.Count - abbreviation.Length;
                if (first >= 0 && words.Skip(first).Select(word => word[0]).SequenceEqual(abbreviation)) _byWords[Key(words, first, abbreviation.Length)] = abbreviation;
            }
        }

        private static int StartOfWord(string text, int at)
        {
            if (at <= 0) return 0;
            while (at < text.Length && char.IsLetterOrDigit(text[at])) at++;
            return at;
        }

        public Abbreviations Finish() => new(_byWords);

        /// <summary>In lower case, without the s of a plural; null where it begins with no capital or is no run of letters.</summary>
        private static string? Short(ReadOnlySpan<char> inBrackets)
        {
            if (inBrackets.EndsWith("s", StringComparison.Ordinal)) inBrackets = inBrackets[..^1];
            if (inBrackets.Length is < Shortest or > Longest || !char.IsUpper(inBrackets[0])) return null;
            foreach (var c in inBrackets)
                if (!char.IsLetter(c)) return null;
            return inBrackets.ToString().ToLowerInvariant();
        }
    }
}
