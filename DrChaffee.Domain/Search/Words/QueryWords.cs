using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Words;

/// <summary>The words of a question as the passages' words are stored: the same stemming and stop words.</summary>
internal sealed class QueryWords
{
    /// <summary>Words, as they are stored, that ask rather than tell what is asked about. PostgreSQL keeps them, and in a small library one of them may be rarer than what is asked about.</summary>
    private static readonly HashSet<string> Asking = new(["much", "mani", "often", "long", "get", "go", "make", "take", "thing", "realli", "want", "know", "think", "say", "tell", "mean", "lot", "way", "need"], StringComparer.Ordinal);

    /// <summary>What such a word counts beside others.</summary>
    private const float AskingWeight = 0.4f;

    private readonly int _own;

    /// <param name="own">How many of the lexemes, the first ones, the question itself says.</param>
    private QueryWords(IReadOnlyList<(string Lexeme, float Weight)> lexemes, int own, IReadOnlyList<(string First, string Second, int Gap)> neighbours) =>
        (Lexemes, _own, Neighbours) = (lexemes, own, neighbours);

    /// <summary>Each with the square root of how often the question says it, for a long question tells by repetition what it is about; less for words that only ask.</summary>
    public IReadOnlyList<(string Lexeme, float Weight)> Lexemes { get; }

    /// <summary>Words that follow each other, stop words left out, with their distance in places.</summary>
    public IReadOnlyList<(string First, string Second, int Gap)> Neighbours { get; }

    /// <summary>The lexemes of the question itself that tell what is asked about; of a question that only asks, all.</summary>
    public IReadOnlyList<string> Telling()
    {
        string[] own = [.. Lexemes.Take(_own).Select(l => l.Lexeme)];
        string[] telling = [.. own.Where(lexeme => !Asking.Contains(lexeme))];
        return telling.Length > 0 ? telling : own;
    }

    /// <summary>The same question with words beside its own; those it says already count once.</summary>
    public QueryWords With(QueryWords more) =>
        new([.. Lexemes, .. more.Lexemes.Where(word => Lexemes.All(own => own.Lexeme != word.Lexeme))], _own, Neighbours);

    public static QueryWords From(NpgsqlTsVector stored)
    {
        var places = stored.SelectMany(lexeme => Enumerable.Range(0, lexeme.Count).Select(i => (lexeme.Text, lexeme[i].Pos))).OrderBy(place => place.Pos).ToArray();
        return new QueryWords(
            [.. stored.Select(lexeme => (lexeme.Text, MathF.Sqrt(Math.Max(1, lexeme.Count)) * (Asking.Contains(lexeme.Text) ? AskingWeight : 1)))],
            stored.Count,
            [.. places.Zip(places.Skip(1), (left, right) => (left.Text, right.Text, right.Pos - left.Pos)).Where(pair => pair.Item1 != pair.Item2)]);
    }
}
