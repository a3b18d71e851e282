using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Ranking;

/// <summary>The words of one passage as they are stored: lexemes with their places.</summary>
internal sealed class PassageWords
{
    private readonly Dictionary<string, NpgsqlTsVector.Lexeme> _lexemes;

    public PassageWords(NpgsqlTsVector stored)
    {
        _lexemes = new Dictionary<string, NpgsqlTsVector.Lexeme>(stored.Count, StringComparer.Ordinal);
        foreach (var lexeme in stored)
        {
            _lexemes[lexeme.Text] = lexeme;
            Length += Math.Max(1, lexeme.Count);
        }
    }

    /// <summary>All words, repeated ones counted as often as they occur.</summary>
    public int Length { get; }

    public IReadOnlyCollection<string> Lexemes => _lexemes.Keys;

    public bool Holds(string lexeme) => _lexemes.ContainsKey(lexeme);

    public int Frequency(string lexeme) => _lexemes.TryGetValue(lexeme, out var found) ? Math.Max(1, found.Count) : 0;

    /// <summary>Where the word stands, in order; nothing where it does not.</summary>
    public IEnumerable<int> Places(string lexeme) => _lexemes.TryGetValue(lexeme, out var found) ? Enumerable.Range(0, found.Count).Select(i => (int)found[i].Pos) : [];

    /// <summary>How far the nearest pair of the two is from standing <paramref name="gap"/> places apart, the first before the second; null where one is missing.</summary>
    public int? Apart(string first, string second, int gap)
    {
        if (!_lexemes.TryGetValue(first, out var left) || !_lexemes.TryGetValue(second, out var right)) return null;
        int? nearest = null;
        for (var i = 0; i < left.Count; i++)
        {
            for (var j = 0; j < right.Count; j++)
            {
                var distance = right[j].Pos - left[i].Pos;
                var apart = distance > 0 ? Math.Abs(distance - gap) : 2 - distance; // the other way round counts as a little further
                if (nearest is null || apart < nearest) nearest = apart;
            }
        }

        return nearest;
    }

    /// <summary>The share of words that both hold among those that either holds (Jaccard), 0 to 1.</summary>
    public double Likeness(PassageWords other)
    {
        var (few, many) = _lexemes.Count < other._lexemes.Count ? (this, other) : (other, this);
        if (few._lexemes.Count * 2 < many._lexemes.Count) return 0; // cannot come near
        var shared = few._lexemes.Keys.Count(many.Holds);
        return shared / (double)Math.Max(1, few._lexemes.Count + many._lexemes.Count - shared);
    }
}
