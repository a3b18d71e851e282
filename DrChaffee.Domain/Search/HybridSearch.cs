using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search;

/// <summary>Answers a question with passages: words and meaning side by side, fused by weight.</summary>
public sealed class HybridSearch
{
    private const string NotAsked = "not asked for";

    private readonly WordsLeg _words;
    private readonly MeaningLeg _meaning;
    private readonly FilterResolver _filters;
    private readonly HitReader _hits;
    private readonly TimeProvider _time;

    internal HybridSearch(WordsLeg words, MeaningLeg meaning, FilterResolver filters, HitReader hits, TimeProvider time) =>
        (_words, _meaning, _filters, _hits, _time) = (words, meaning, filters, hits, time);

    /// <summary>Finds passages. A blank query gives an empty response; a leg that fails is reported, and the other answers.</summary>
    public async Task<SearchResponse> FindAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var question = request.Query.Trim();
        if (question.Length == 0) return new SearchResponse("", request.Mode, 0, 0, [], []);

        var filter = await _filters.ResolveAsync(request.Filter, cancellationToken);
        var lexemes = await _words.LexemesAsync(question, cancellationToken);
        var nothing = lexemes.Count == 0 ? "the question holds no word that can be looked up" : filter.AllowsNothing ? "no recording passes the filter" : null;
        var meaningLeg = nothing is null && Wants(request, SearchMode.Semantic)
            ? _meaning.FindAsync(question, filter, request.Tuning.Candidates, cancellationToken)
            : Task.FromResult(LegResult.Without(LegReport.Meaning, LegState.Skipped, nothing ?? NotAsked));
        var byWords = nothing is null && Wants(request, SearchMode.Keyword)
            ? _words.Find(lexemes, filter, request.Tuning.Candidates)
            : LegResult.Without(LegReport.Words, LegState.Skipped, nothing ?? NotAsked);
        var byMeaning = await meaningLeg;

        var ranked = await FuseAsync(request.Tuning, lexemes, byWords, byMeaning, cancellationToken);
        var results = await _hits.ReadAsync([.. ranked.Skip(request.Skip).Take(request.Take)], lexemes, cancellationToken);
        return new SearchResponse(question, request.Mode, ranked.Count, _time.GetElapsedTime(started).TotalMilliseconds, [byWords.Report, byMeaning.Report], results);
    }

    private static bool Wants(SearchRequest request, SearchMode leg) => request.Mode == leg || request.Mode == SearchMode.Hybrid;

    private async Task<IReadOnlyList<ScoredPassage>> FuseAsync(
        SearchTuning tuning, IReadOnlyList<string> lexemes, LegResult byWords, LegResult byMeaning, CancellationToken cancellationToken)
    {
        if (byMeaning is not { Question: { } question, Candidates.Count: > 0 }) return WeightedFusion.Single(byWords.Candidates);
        if (byWords.Report.State != LegState.Ok) return WeightedFusion.Single(byMeaning.Candidates);

        // Each candidate gets both scores, whichever leg brought it.
        var cosine = byMeaning.Candidates.ToDictionary(c => c.PassageId, c => c.Score);
        ScoredPassage[] all = [.. byWords.Candidates.Where(c => !cosine.ContainsKey(c.PassageId)), .. byMeaning.Candidates];
        var missing = all.Where(c => !cosine.ContainsKey(c.PassageId)).Select(c => c.PassageId).ToArray();
        foreach (var (passage, score) in await _meaning.ScoreAsync(question, missing, cancellationToken)) cosine[passage] = score;
        return WeightedFusion.Fuse(
            all,
            _words.Score(lexemes, all),
            _words.Bound(lexemes),
            [.. all.Select(c => cosine.TryGetValue(c.PassageId, out var score) ? score : (float?)null)],
            tuning.MeaningWeight);
    }
}
