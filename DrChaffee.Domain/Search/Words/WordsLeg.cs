using System.Collections.Concurrent;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Telemetry;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Words;

/// <summary>Finds passages by their words.</summary>
internal sealed class WordsLeg(LibraryIndexFollower follower, LibraryReader library, TimeProvider time)
{
    private const int MostRemembered = 5_000;
    private const int LongestRemembered = 300;

    private readonly ConcurrentDictionary<string, QueryWords> _remembered = new(StringComparer.Ordinal);

    /// <summary>The words of a question, by PostgreSQL itself, which takes "and/or" for the path of a file: its parts count too. Questions read before are remembered.</summary>
    public async Task<QueryWords> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (_remembered.TryGetValue(text, out var known)) return known;
        await using var command = library.CreateCommand("SELECT to_tsvector('english', $1)");
        command.Parameters.AddWithValue(text.Contains('/', StringComparison.Ordinal) ? WithParts(text) : text);
        var words = QueryWords.From((NpgsqlTsVector)(await command.ExecuteScalarAsync(cancellationToken))!);
        if (text.Length > LongestRemembered) return words;
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        return _remembered[text] = words;
    }

    /// <summary>Those of the words that no passage holds in any form.</summary>
    public async Task<IReadOnlySet<string>> UnknownAsync(IReadOnlyCollection<string> texts, CancellationToken cancellationToken)
    {
        HashSet<string> unknown = new(StringComparer.Ordinal);
        if (texts.Count == 0) return unknown;
        await using var command = library.CreateCommand("SELECT w, tsvector_to_array(to_tsvector('english', w)) FROM unnest($1::text[]) w");
        command.Parameters.AddWithValue(texts.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            if (!reader.GetFieldValue<string[]>(1).All(Knows)) unknown.Add(reader.GetString(0));
        return unknown;
    }

    /// <summary>The passages that hold every lexeme and pass the filter, the best of them first; at most so many, and none while the index is loading.</summary>
    public IReadOnlyList<long> Holding(IReadOnlyList<(string Lexeme, float Weight)> lexemes, PassageFilter filter, int most) => follower.Index?.Holding(lexemes, filter, most) ?? [];

    /// <summary>Whether a passage holds every one of the lexemes, of which there is at least one; false while the index is loading.</summary>
    public bool HoldsAll(IReadOnlyCollection<string> lexemes, Ranking.Candidate passage) =>
        lexemes.Count > 0 && follower.Index?.HoldsAll(lexemes, passage.SourceId, passage.PassageId) == true;

    /// <summary>True where some passage holds the lexeme, or the index is loading and nobody knows.</summary>
    public bool Knows(string lexeme) => follower.Index?.Knows(lexeme) ?? true;

    public Task CatchUpAsync(CancellationToken cancellationToken) => follower.CatchUpAsync(cancellationToken);

    public LegResult Find(QueryWords query, PassageFilter filter, int take)
    {
        if (follower.Index is not { } index) return LegResult.Without(LegReport.Words, LegState.Loading, "the words index is loading");

        using var span = DomainMeter.Spans.StartActivity("search words");
        var started = time.GetTimestamp();
        var best = index.Search(query.Lexemes, filter, take);
        return new LegResult(new LegReport(LegReport.Words, LegState.Ok, time.GetElapsedTime(started).TotalMilliseconds, best.Count), best);
    }

    /// <summary>What both legs found, each passage with both scores, whichever leg brought it; BM25 is 0 while the index is loading.</summary>
    public IReadOnlyList<Candidate> Join(QueryWords query, LegResult byWords, LegResult byMeaning)
    {
        var words = byWords.Candidates.ToDictionary(passage => passage.PassageId);
        ScoredPassage[] more = [.. byMeaning.Candidates.Where(passage => !words.ContainsKey(passage.PassageId))];
        var scores = follower.Index?.Score(query.Lexemes, more) ?? new float[more.Length];
        return [.. byWords.Candidates.Concat(more.Select((passage, i) => passage with { Score = scores[i] })).Select(passage => new Candidate(
            passage.PassageId, passage.SourceId, passage.Start, passage.Score, byMeaning.Cosines.TryGetValue(passage.PassageId, out var cosine) ? cosine : null))];
    }

    /// <summary>The most that any passage could score.</summary>
    public float Bound(QueryWords query) => follower.Index?.Bound(query.Lexemes) ?? 0;

    /// <summary>What each word of a stored passage weighs in it, in their order; nothing while the index is loading.</summary>
    public float[] Weigh(StoredWords passage) => follower.Index?.Weigh(passage) ?? new float[passage.Count];

    /// <summary>The stored words of passages, in their order.</summary>
    /// <param name="sent">As PostgreSQL's <c>tsvectorsend</c> writes them.</param>
    public StoredWords[] Read(IReadOnlyList<byte[]> sent) => follower.Index?.ReadWords(sent) ?? [.. sent.Select(bytes => new StoredWords(bytes, _ => (null, 0)))];

    /// <summary>How telling a word is; 0 while the index is loading.</summary>
    public float Idf(string lexeme) => follower.Index?.Idf(lexeme) ?? 0;

    /// <summary>The share of a question's words that a recording's title holds, each as telling as it is; 0 to 1.</summary>
    public float TitleShare(QueryWords query, long sourceId) => follower.Index?.Title(sourceId) is { Count: > 0 } title ? Share(query, title.Contains) : 0;

    private float Share(QueryWords query, Func<string, bool> holds)
    {
        float held = 0, all = 0;
        foreach (var (lexeme, weight) in query.Lexemes)
        {
            var worth = weight * Idf(lexeme);
            all += worth;
            if (holds(lexeme)) held += worth;
        }

        return all > 0 ? held / all : 0;
    }

    private static string WithParts(string text) =>
        string.Join(' ', text.Split(' ').Select(path => path.Contains('/', StringComparison.Ordinal) ? $"{path} {path.Replace('/', ' ')}" : path));
}
