using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Lab;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Query;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Domain.Telemetry;

namespace DrChaffee.Domain.Search;

/// <summary>
/// Answers a question with passages: words and meaning side by side, fused by weight, looked at more closely, ordered by recording too, and what says the same folded.
/// One leg asked for alone gives its own order.
/// </summary>
public sealed class HybridSearch
{
    /// <summary>Why no leg ran for a question of operators, marks or stop words alone.</summary>
    public const string NoWord = "the question holds no word that can be looked up";
    private const string NotAsked = "not asked for";

    private readonly WordsLeg _words;
    private readonly MeaningLeg _meaning;
    private readonly FilterResolver _filters;
    private readonly PhraseFilter _phrases;
    private readonly Spelling _spelling;
    private readonly HitReader _hits;
    private readonly FacetReader _facets;
    private readonly SecondReading _secondReading;
    private readonly SearchTurns _turns;
    private readonly LibraryReader _library;
    private readonly DomainMeter _meter;
    private readonly TimeProvider _time;

    internal HybridSearch(WordsLeg words, MeaningLeg meaning, FilterResolver filters, PhraseFilter phrases, Spelling spelling, HitReader hits, FacetReader facets, SecondReading secondReading, SearchTurns turns, LibraryReader library, DomainMeter meter, TimeProvider time) =>
        (_words, _meaning, _filters, _phrases, _spelling, _hits, _facets, _secondReading, _turns, _library, _meter, _time) = (words, meaning, filters, phrases, spelling, hits, facets, secondReading, turns, library, meter, time);

    /// <summary>Finds passages. A blank query gives an empty response; a leg that fails is reported, and the other answers.</summary>
    public async Task<SearchResponse> FindAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        using var span = DomainMeter.Spans.StartActivity("search");
        var response = await _library.AskAsync(() => FindOnceAsync(request, cancellationToken));
        span?.SetTag("search.mode", SnakeCase.Name(response.Mode)).SetTag("search.results", response.Total);
        _meter.Searched(response);
        return response;
    }

    private async Task<SearchResponse> FindOnceAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var written = request.Literal ? SearchQuery.Plain(request.Query.Trim()) : SearchQuery.Parse(request.Query.Trim());
        if (written.Source.Length == 0) return new SearchResponse("", request.Mode, 0, 0, [], []);

        var filter = await _phrases.NarrowAsync(await _filters.ResolveAsync(request.Filter, written.Filter, cancellationToken), written, cancellationToken);
        var asked = await _spelling.CorrectAsync(written.Text, cancellationToken);
        var query = asked.Words;
        var nothing = filter.AllowsNothing ? "no passage passes the filters" : query.Lexemes.Count == 0 && filter.Passages is null ? NoWord : null;
        var question = nothing is null && Wants(request, SearchMode.Semantic) ? await _meaning.EmbedAsync(asked.Text, cancellationToken) : null;

        using var turn = await _turns.TakeAsync(cancellationToken);
        var tuning = request.Tuning;
        var wordsLeg = nothing is null && Wants(request, SearchMode.Keyword)
            ? Task.Run(() => _words.Find(query, filter, tuning.Candidates), cancellationToken)
            : Task.FromResult(LegResult.Without(LegReport.Words, LegState.Skipped, nothing ?? NotAsked));
        var byMeaning = question is { } embedded
            ? await _meaning.FindAsync(embedded, filter, tuning.Candidates, async () => (await wordsLeg).Candidates, cancellationToken)
            : LegResult.Without(LegReport.Meaning, LegState.Skipped, nothing ?? NotAsked);
        var byWords = await wordsLeg;

        var candidates = _words.Join(query, byWords, byMeaning);
        var left = await _phrases.WithoutExcludedPhrasesAsync(written, [.. candidates.Select(c => c.PassageId)], cancellationToken);
        var ranked = Rank(query, tuning, byWords, byMeaning, [.. candidates.Where(c => left.Contains(c.PassageId))]);
        var tracer = request.WithTrace ? new SearchTracer() : null;
        tracer?.Fused(ranked);
        var stored = await _hits.WordsAsync([.. ranked.Take(CloserLook.Depth).Select(c => c.PassageId)], cancellationToken);
        if (byWords.Report.State == LegState.Ok && byMeaning.Report.State == LegState.Ok)
        {
            ranked = new CloserLook(_words, tuning).Rerank(ranked, query, stored);
            tracer?.LookedAt(ranked);
            ranked = RecordingScores.Apply(ranked, source => _words.TitleShare(query, source), tuning.RecordingWeight);
            tracer?.WithRecording(ranked);
            ranked = await _secondReading.ApplyAsync(ranked, asked.Text, tuning.RerankWeight, cancellationToken);
            tracer?.ReadAgain(ranked);
        }

        var best = ranked.Count > 0 ? Math.Max(ranked[0].Score, 1) : 1; // what a closer look added may lift it above 1
        ranked = [.. ranked.Select(c => c with { Score = c.Score / best })];
        var results = await _facets.SortAsync(Folding.Fold(ranked, stored, tuning.FoldSeconds), request.Sort, cancellationToken);
        var page = await _hits.WriteAsync([.. results.Skip(request.Skip).Take(request.Take)], query, holdPhrases: filter.Passages is not null, cancellationToken);
        return new SearchResponse(written.Source, request.Mode, results.Count, _time.GetElapsedTime(started).TotalMilliseconds, [byWords.Report, byMeaning.Report], page)
        {
            DidYouMean = asked.DidYouMean(written.Source),
            Ignored = [.. written.Ignored, .. await _phrases.UnusableAsync(written, cancellationToken)],
            Facets = request.WithFacets ? await _facets.CountAsync([.. results.Select(r => r.Best.PassageId)], cancellationToken) : null,
            Trace = tracer?.Write(QueryTrace.From(written, asked, _words), byWords, byMeaning, results),
        };
    }

    /// <summary>Takes in what has been stored, for a process that does not follow changes all the time.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _words.CatchUpAsync(cancellationToken);
        await _spelling.CatchUpAsync(cancellationToken);
    }

    private static bool Wants(SearchRequest request, SearchMode leg) => request.Mode == leg || request.Mode == SearchMode.Hybrid;

    private IReadOnlyList<Candidate> Rank(QueryWords query, SearchTuning tuning, LegResult byWords, LegResult byMeaning, IReadOnlyList<Candidate> candidates) =>
        (byWords.Report.State, byMeaning.Report.State) switch
        {
            (LegState.Ok, LegState.Ok) => WeightedFusion.Fuse(candidates, _words.Bound(query), WeightedFusion.Weight(tuning.MeaningWeight, query.Lexemes.Count)),
            (LegState.Ok, _) => WeightedFusion.Single(candidates, c => c.Words),
            _ => WeightedFusion.Single(candidates, c => c.Meaning ?? 0),
        };
}
