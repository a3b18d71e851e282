using System.Globalization;
using System.Text;

namespace DrChaffee.Domain.Search.Query;

/// <summary>Text from outside as PostgreSQL can take it.</summary>
internal static class QueryText
{
    private const char Blank = ' ';

    /// <summary>The same number of characters, with a blank for NUL, other control characters and halves of surrogate pairs.</summary>
    public static string Storable(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (!IsStorable(text, i)) return Replace(text);
        return text;
    }

    /// <summary>The runs of letters and digits of a text: what its words are, whatever stands between them.</summary>
    public static WordRuns Runs(ReadOnlySpan<char> text) => new(text);

    public static bool HasWord(ReadOnlySpan<char> text) => Runs(text).MoveNext();

    private static string Replace(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) result.Append(IsStorable(text, i) ? text[i] : Blank);
        return result.ToString();
    }

    private static bool IsStorable(string text, int at) => text[at] switch
    {
        var c when char.IsHighSurrogate(c) => at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]),
        var c when char.IsLowSurrogate(c) => at > 0 && char.IsHighSurrogate(text[at - 1]),
        var c => !char.IsControl(c),
    };

    /// <summary>Goes from run to run.</summary>
    public ref struct WordRuns(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _from;
        private int _to;

        public readonly Range Current => _from.._to;

        public readonly WordRuns GetEnumerator() => this;

        public bool MoveNext()
        {
            _from = _to;
            while (_from < _text.Length && !IsPart(_text[_from])) _from++;
            _to = _from;
            while (_to < _text.Length && IsPart(_text[_to])) _to++;
            return _to > _from;
        }

        private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c)
            || c > 127 && (char.IsLetterOrDigit(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
    }
}
