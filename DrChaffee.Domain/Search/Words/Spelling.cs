using System.Text;
using DrChaffee.Domain.Search.Query;

namespace DrChaffee.Domain.Search.Words;

/// <summary>
/// Reads a question by the library's own words: one that nobody says is put right where a word that is said stands near it, and what the library abbreviates
/// is looked up by its abbreviation too.
/// </summary>
internal sealed class Spelling(WordsLeg words, CorpusWords corpus)
{
    /// <summary>Words of a question that are looked at: a pasted page has none that matter beyond.</summary>
    private const int MostWords = 40;
    private const int LongestText = 2_000;

    public async Task<SpelledQuestion> CorrectAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > LongestText) text = text[..LongestText];
        var read = await words.ReadAsync(text, cancellationToken);
        var corrections = read.Lexemes.All(l => words.Knows(l.Lexeme)) ? [] : await CorrectionsAsync(text, cancellationToken);
        if (corrections.Count > 0)
        {
            text = SpelledQuestion.Replace(text, corrections);
            read = await words.ReadAsync(text, cancellationToken);
        }

        if (corpus.Abbreviations.Of(text) is { Count: > 0 } abbreviations) read = read.With(await words.ReadAsync(string.Join(' ', abbreviations), cancellationToken));
        return new SpelledQuestion(text, read) { Corrections = corrections };
    }

    /// <summary>Takes in what has been stored, for a process that does not follow changes all the time.</summary>
    public Task CatchUpAsync(CancellationToken cancellationToken) => corpus.ReadAsync(cancellationToken);

    /// <summary>A word that a passage holds in some form is looked up by that, and meant as it is written.</summary>
    private async Task<Dictionary<string, string>> CorrectionsAsync(string text, CancellationToken cancellationToken)
    {
        Dictionary<string, string> corrections = new(StringComparer.OrdinalIgnoreCase);
        var looked = 0;
        foreach (var range in QueryText.Runs(text))
        {
            var word = text[range].ToLowerInvariant();
            if (looked++ < MostWords && corpus.Count(word) == 0 && word.All(char.IsLetter) && corpus.Nearest(word) is { } better) corrections[word] = better;
        }

        var unknown = await words.UnknownAsync(corrections.Keys, cancellationToken);
        foreach (var word in corrections.Keys.Where(word => !unknown.Contains(word)).ToArray()) corrections.Remove(word);
        return corrections;
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
