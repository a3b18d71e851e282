using System.Text;
using DrChaffee.Domain.Search.Query;

namespace DrChaffee.Domain.Search.Words;

/// <summary>Puts right a word that nobody says in the library, where a word that is said stands near it.</summary>
internal sealed class Spelling(WordsLeg words, CorpusWords corpus)
{
    /// <summary>Words of a question that are looked at: a pasted page has none that matter beyond.</summary>
    private const int MostWords = 40;
    private const int LongestText = 2_000;

    public async Task<SpelledQuestion> CorrectAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > LongestText) text = text[..LongestText];
        var read = await words.ReadAsync(text, cancellationToken);
        if (read.Lexemes.All(l => words.Knows(l.Lexeme)) || Corrected(text) is not { } better) return new SpelledQuestion(text, null, read);
        return new SpelledQuestion(better, better, await words.ReadAsync(better, cancellationToken));
    }

    private string? Corrected(string text)
    {
        var corrected = new StringBuilder();
        var (at, looked, changed) = (0, 0, false);
        foreach (var range in QueryText.Runs(text))
        {
            var word = text[range];
            corrected.Append(text.AsSpan(at, range.Start.Value - at));
            at = range.End.Value;
            var lower = word.ToLowerInvariant();
            var better = looked++ < MostWords && corpus.Count(lower) == 0 && lower.All(char.IsLetter) ? corpus.Nearest(lower) : null;
            corrected.Append(better ?? word);
            changed |= better is not null;
        }

        return changed ? corrected.Append(text.AsSpan(at)).ToString() : null;
    }
}

/// <summary>A question as it is searched.</summary>
/// <param name="Correction">The same text where a word was put right; null otherwise.</param>
internal sealed record SpelledQuestion(string Text, string? Correction, QueryWords Words);
