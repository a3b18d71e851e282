using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Words;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Domain.Search;

/// <summary>What a person may be about to type: words of the library, titles of recordings, names of speakers.</summary>
public sealed class Suggestions
{
    private const int ShortestPrefix = 2;

    /// <summary>Fewer letters begin too many words for one of them to be likely.</summary>
    private const int ShortestGuess = 3;

    private readonly WordsLeg _leg;
    private readonly CorpusWords _words;
    private readonly LibraryReader _library;

    internal Suggestions(WordsLeg leg, CorpusWords words, LibraryReader library) => (_leg, _words, _library) = (leg, words, library);

    /// <summary>The word that the last one of a text most likely becomes; null where it is likely finished: nothing longer is said more often, or only another form of it.</summary>
    public async Task<string?> GuessAsync(string typed, CancellationToken cancellationToken)
    {
        var last = LastWord(typed).ToLowerInvariant();
        if (last.Length < ShortestGuess || _words.Complete(last, 1) is not [var likeliest] || _words.Count(likeliest) <= _words.Count(last)) return null;
        return _words.Count(last) > 0 && (await _leg.ReadAsync($"{last} {likeliest}", cancellationToken)).Lexemes.Count == 1 ? null : likeliest;
    }

    /// <summary>What stands after the last blank or quote.</summary>
    public static string LastWord(string typed) => typed[(typed.LastIndexOfAny([' ', '"']) + 1)..];

    /// <summary>Completions of the last word, then names and titles that hold the whole text.</summary>
    public Task<IReadOnlyList<Suggestion>> FindAsync(string typed, int take, CancellationToken cancellationToken) => _library.AskAsync(() => FindOnceAsync(typed, take, cancellationToken));

    private async Task<IReadOnlyList<Suggestion>> FindOnceAsync(string typed, int take, CancellationToken cancellationToken)
    {
        var text = typed.TrimStart();
        var last = LastWord(text);
        if (last.Length < ShortestPrefix) return [];
        var before = text[..^last.Length];
        var completed = _words.Complete(last.ToLowerInvariant(), (take + 1) / 2).Select(word => new Suggestion(before + word, SuggestionKind.Word));

        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        var pattern = LikeText.Anywhere(text.TrimEnd());
        var speakers = await db.Speakers.Where(s => s.SourceId == null && EF.Functions.ILike(s.Name, pattern)).OrderBy(s => s.Name).Select(s => s.Name).Take(take).ToListAsync(cancellationToken);
        var titles = await db.Sources.Where(s => s.Version > 0 && EF.Functions.ILike(s.Title, pattern)).OrderByDescending(s => s.PublishedAt).Select(s => s.Title).Take(take).ToListAsync(cancellationToken);
        return [.. completed.Concat(speakers.Select(s => new Suggestion(s, SuggestionKind.Speaker))).Concat(titles.Select(t => new Suggestion(t, SuggestionKind.Title))).Take(take)];
    }
}

/// <param name="Text">The whole text that the box would hold.</param>
public sealed record Suggestion(string Text, SuggestionKind Kind);

public enum SuggestionKind
{
    Word,
    Speaker,
    Title,
}
