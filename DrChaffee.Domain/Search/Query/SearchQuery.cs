namespace DrChaffee.Domain.Search.Query;

/// <summary>
/// A query as its writer meant it: words, "phrases", -exclusions, and operators (speaker:, channel:, title:, from:, to:, year:).
/// Every text can be read; what looks like an operator and cannot be used is told in <see cref="Ignored"/>, and the rest is searched.
/// </summary>
public sealed record SearchQuery
{
    /// <summary>The query with what no database takes (NUL, halves of characters) as blanks.</summary>
    public required string Source { get; init; }

    /// <summary>What to look for, in order, the words of the phrases among it; without exclusions and operators.</summary>
    public required string Text { get; init; }

    /// <summary>What a passage must hold word by word.</summary>
    public IReadOnlyList<string> Phrases { get; init; } = [];

    /// <summary>Words and phrases that no result may hold.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    public SourceFilter Filter { get; init; } = SourceFilter.None;

    /// <summary>One plain sentence for each part that could not be used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    public bool IsEmpty => Text.Length == 0;

    /// <summary>The text as it is: nothing in it is a quote or an operator.</summary>
    public static SearchQuery Plain(string text) => new() { Source = QueryText.Storable(text), Text = QueryText.Storable(text) };

    public static SearchQuery Parse(string query) => new QueryReader(QueryText.Storable(query)).Read();
}
