namespace DrChaffee.Domain.Search.Lab;

/// <summary>Looks into the search that visitors use: nothing here ranks by itself.</summary>
public sealed class SearchLab
{
    /// <summary>Results that the search writes out while it is timed: a visitor's page.</summary>
    private const int VisitorsPage = 10;

    private readonly HybridSearch _search;
    private readonly LabPassages _passages;
    private readonly JudgmentReader _judgments;
    private readonly Highlighter _highlighter;

    internal SearchLab(HybridSearch search, LabPassages passages, JudgmentReader judgments, Highlighter highlighter) =>
        (_search, _passages, _judgments, _highlighter) = (search, passages, judgments, highlighter);

    /// <summary>Asks once, with both legs, and tells what each brought.</summary>
    /// <param name="request">Query, filter and tuning; the rest does not matter.</param>
    /// <param name="take">How many of each leg and of the results.</param>
    public async Task<LabAnswer> AskAsync(SearchRequest request, int take, CancellationToken cancellationToken)
    {
        var response = await TraceAsync(request, VisitorsPage, cancellationToken);
        var all = response.Trace?.Candidates ?? [];
        CandidateTrace[] shown = [.. all.Where(c => c.Rank <= take || c.WordsRank <= take || c.MeaningRank <= take)];
        return new LabAnswer(
            response.Query, request.Tuning, response.TookMs, response.Legs, all.Count, response.Total, response.Trace?.Query, response.Trace?.MeaningSql,
            await DescribeAsync(response, shown, cancellationToken));
    }

    /// <summary>How two settings order the answers to one query.</summary>
    public async Task<OrderDiff> DiffAsync(SearchRequest request, SearchTuning a, SearchTuning b, int take, CancellationToken cancellationToken)
    {
        var (before, after) = (await TraceAsync(request with { Tuning = a }, VisitorsPage, cancellationToken), await TraceAsync(request with { Tuning = b }, VisitorsPage, cancellationToken));
        var moves = OrderMove.Between(Order(before), Order(after), take);
        var passages = await _passages.ReadAsync([.. moves.Select(m => m.PassageId)], cancellationToken);
        return new OrderDiff(after.Query, a, b, [.. moves.Where(m => passages.ContainsKey(m.PassageId)).Select(m => new MovedPassage(m.Before, m.After, passages[m.PassageId]))]);
    }

    /// <summary>The passages that stand for themselves among the results, best first.</summary>
    internal static IReadOnlyList<long> Order(SearchResponse response) =>
        [.. (response.Trace?.Candidates ?? []).Where(c => c.Rank is not null).OrderBy(c => c.Rank).Select(c => c.PassageId)];

    internal Task<SearchResponse> TraceAsync(SearchRequest request, int take, CancellationToken cancellationToken) =>
        _search.FindAsync(request with { WithTrace = true, Skip = 0, Take = take, Sort = SearchSort.Relevance }, cancellationToken);

    private async Task<IReadOnlyList<LabCandidate>> DescribeAsync(SearchResponse response, CandidateTrace[] shown, CancellationToken cancellationToken)
    {
        var passages = await _passages.ReadAsync([.. shown.Select(c => c.PassageId)], cancellationToken);
        var grades = await _judgments.GradesAsync(response.Query, cancellationToken) is [{ Grades: var known }] ? known : new Dictionary<long, int>();
        var marks = await _highlighter.FindAsync([.. passages.Values.Select(p => p.Text)], [.. response.Trace?.Query.Lexemes.Select(l => l.Lexeme) ?? []], cancellationToken);
        return [.. shown.Where(c => passages.ContainsKey(c.PassageId)).Select(c => new LabCandidate(
            passages[c.PassageId], marks[passages[c.PassageId].Text], c, grades.TryGetValue(c.PassageId, out var grade) ? grade : null))];
    }
}
