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
        if (read.Lexemes.All(l => words.Knows(l.Lexeme))) return new SpelledQuestion(text, read);
        Dictionary<string, string> corrections = new(StringComparer.OrdinalIgnoreCase);
        var looked = 0;
        foreach (var range in QueryText.Runs(text))
        {
            var word = text[range].ToLowerInvariant();
            if (looked++ < MostWords && corpus.Count(word) == 0 && word.All(char.IsLetter) && corpus.Nearest(word) is { } better) corrections[word] = better;
        }

        if (corrections.Count == 0) return new SpelledQuestion(text, read);
        var corrected = SpelledQuestion.Replace(text, corrections);
        return new SpelledQuestion(corrected, await words.ReadAsync(corrected, cancellationToken)) { Corrections = corrections };
    }
}

/// <summary>A question as it is searched.</summary>
internal sealed record SpelledQuestion(string Text, QueryWords Words)
{
    /// <summary>What was put right, by the word that was written.</summary>
    public IReadOnlyDictionary<string, string> Corrections { get; init; } = new Dictionary<string, string>();

    /// <summary>The query as its writer should have written it, operators and quotes where they stand; null where nothing was put right.</summary>
    public string? DidYouMean(string query) => Corrections.Count > 0 ? Replace(query, Corrections) : null;

    public static string Replace(string text, IReadOnlyDictionary<string, string> words)
    {
        var replaced = new StringBuilder();
        var at = 0;
        foreach (var range in QueryText.Runs(text))
        {
            var word = text[range];
            replaced.Append(text.AsSpan(at, range.Start.Value - at)).Append(words.GetValueOrDefault(word, word));
            at = range.End.Value;
        }

        return replaced.Append(text.AsSpan(at)).ToString();
    }
}
