using System.Buffers;

namespace DrChaffee.Domain.Search.Query;

/// <summary>Reads a query from left to right, once. Only what begins a word can be a quote, a minus or an operator: a mark inside a word is part of it.</summary>
internal sealed class QueryReader(string query)
{
    private static readonly SearchValues<char> Quotes = SearchValues.Create("\"“”„‟«»");
    private static readonly string[] Openers = ["speaker:", "channel:", "title:", "from:", "to:", "year:"];

    /// <summary>Each phrase and each exclusion is looked up by itself; a person writes few, a pasted page has many.</summary>
    private const int MostLookedUp = 16;

    private readonly List<string> _text = [];
    private readonly List<string> _phrases = [];
    private readonly List<string> _excluded = [];
    private readonly OperatorReader _operators = new();
    private int _at;

    public SearchQuery Read()
    {
        while (SkipBlanks()) ReadPart();
        return new SearchQuery
        {
            Source = query,
            Text = string.Join(' ', _text),
            Phrases = [.. _phrases.Take(MostLookedUp)],
            Excluded = [.. _excluded.Take(MostLookedUp)],
            Filter = _operators.Filter,
            Ignored = [.. _operators.Ignored, .. Beyond(_phrases, "phrases"), .. Beyond(_excluded, "exclusions")],
        };
    }

    private static IEnumerable<string> Beyond(List<string> parts, string name) => parts.Count > MostLookedUp ? [$"Only the first {MostLookedUp} {name} were used."] : [];

    private void ReadPart()
    {
        var from = _at;
        if (TryOperator(excluded: false)) return;
        if (TryPhrase(from) is { } phrase)
        {
            _phrases.Add(phrase);
            _text.Add(phrase);
            return;
        }

        if (query[from] == '-' && TryExclusion(from)) return;
        _text.Add(ReadWord(from));
    }

    private bool TryExclusion(int minus)
    {
        _at = minus + 1;
        if (TryOperator(excluded: true)) return true;
        if (TryPhrase(_at) is { } phrase)
        {
            _excluded.Add(phrase);
            return true;
        }

        if (_at < query.Length && char.IsLetterOrDigit(query[_at]))
        {
            _excluded.Add(ReadWord(_at));
            return true;
        }

        _at = minus;
        return false;
    }

    private bool TryOperator(bool excluded)
    {
        var rest = query.AsSpan(_at);
        foreach (var opener in Openers)
        {
            if (!rest.StartsWith(opener, StringComparison.OrdinalIgnoreCase)) continue;
            var from = _at + opener.Length;
            if (from >= query.Length || char.IsWhiteSpace(query[from])) return false; // "title: a word" is text
            var value = TryPhrase(from) ?? ReadWord(from);
            if (excluded) _operators.Refuse(opener, value);
            else _operators.Read(opener, value);
            return true;
        }

        return false;
    }

    /// <summary>What stands between a quote here and the next one, or null where none closes it or it holds no word.</summary>
    private string? TryPhrase(int from)
    {
        if (from >= query.Length || !Quotes.Contains(query[from])) return null;
        var length = query.AsSpan(from + 1).IndexOfAny(Quotes);
        if (length < 0) return null;
        var phrase = query.AsSpan(from + 1, length).Trim();
        if (!QueryText.HasWord(phrase)) return null;
        _at = from + length + 2;
        return phrase.ToString();
    }

    private string ReadWord(int from)
    {
        _at = from;
        while (_at < query.Length && !char.IsWhiteSpace(query[_at])) _at++;
        return query[from.._at];
    }

    private bool SkipBlanks()
    {
        while (_at < query.Length && char.IsWhiteSpace(query[_at])) _at++;
        return _at < query.Length;
    }
}
