using DrChaffee.Domain.Search.Query;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>What a query was read as.</summary>
/// <param name="Text">What was looked up, misspelt words put right.</param>
/// <param name="Correction">The same where a word was put right; null otherwise.</param>
/// <param name="Operators">What the query itself narrows the search to.</param>
/// <param name="Ignored">One sentence for each part that could not be used.</param>
public sealed record QueryTrace(
    string Text,
    string? Correction,
    IReadOnlyList<LexemeTrace> Lexemes,
    IReadOnlyList<string> Phrases,
    IReadOnlyList<string> Excluded,
    SourceFilter Operators,
    IReadOnlyList<string> Ignored)
{
    internal static QueryTrace From(SearchQuery written, SpelledQuestion asked, WordsLeg words) => new(
        asked.Text, asked.Corrections.Count > 0 ? asked.Text : null, [.. asked.Words.Lexemes.Select(l => new LexemeTrace(l.Lexeme, l.Weight, words.Idf(l.Lexeme)))],
        written.Phrases, written.Excluded, written.Filter, written.Ignored);
}

/// <param name="Lexeme">A word as passages store it.</param>
/// <param name="Weight">The square root of how often the question says it.</param>
/// <param name="Idf">How telling it is in this library.</param>
public sealed record LexemeTrace(string Lexeme, float Weight, float Idf);
