using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search.Evaluation;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>
/// Asks all judged queries again and scores the answers. A result is judged by the passage that it shows; what is folded into it does not count.
/// Documents of the metrics are passages as they are cut now.
/// </summary>
public sealed class JudgmentReplay(SearchLab lab, JudgmentReader judgments, TimeProvider time)
{
    private const int Looked = 10;

    /// <param name="modes">Which legs, alone or together.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    public async Task<Replay> RunAsync(SearchTuning tuning, IReadOnlyList<SearchMode> modes, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var all = await judgments.GradesAsync(query: null, cancellationToken);
        GradedQuery[] queries = [.. all.Where(q => q.Relevant > 0)];
        List<AskedQuery> asked = [];
        Dictionary<SearchMode, string> reasons = [];
        foreach (var query in queries)
        {
            Dictionary<SearchMode, IReadOnlyList<long>> orders = [];
            foreach (var mode in modes)
            {
                var response = await lab.TraceAsync(new SearchRequest(query.Query) { Mode = mode, Tuning = tuning }, 1, cancellationToken);
                if (response.Legs.FirstOrDefault(leg => leg.State is LegState.Failed or LegState.Loading) is { } missing) reasons[mode] = $"{missing.Name}: {missing.Reason}";
                orders[mode] = SearchLab.Order(response);
            }

            asked.Add(new AskedQuery(query, orders));
            progress?.Report((double)asked.Count / queries.Length);
        }

        return new Replay(
            tuning, queries.Length, all.Count - queries.Length, all.Sum(q => q.Lost), time.GetElapsedTime(started).TotalMilliseconds,
            modes.ToDictionary(SnakeCase.Name, mode => Score(mode, asked, reasons.GetValueOrDefault(mode)), StringComparer.Ordinal),
            [.. asked.Select(q => new ReplayedQuery(q.Query.Query, q.Query.Grades.Count, q.Query.Relevant, modes.ToDictionary(SnakeCase.Name, mode => Replayed(q, mode), StringComparer.Ordinal)))]);
    }

    /// <summary>Hybrid under two settings.</summary>
    public async Task<ReplayDiff> DiffAsync(SearchTuning a, SearchTuning b, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        SearchMode[] hybrid = [SearchMode.Hybrid];
        var before = await RunAsync(a, hybrid, Half(progress, 0), cancellationToken);
        var after = await RunAsync(b, hybrid, Half(progress, 0.5), cancellationToken);
        var name = SnakeCase.Name(SearchMode.Hybrid);
        var earlier = before.Items.ToDictionary(q => q.Query, q => q.Legs[name].NdcgAt10, StringComparer.Ordinal);
        return new ReplayDiff(before, after, [.. after.Items.Where(q => earlier.ContainsKey(q.Query)).Select(q => new QueryDelta(q.Query, earlier[q.Query], q.Legs[name].NdcgAt10))
            .OrderByDescending(q => q.Delta).ThenBy(q => q.Query, StringComparer.Ordinal)]);
    }

    private static LegReplay Score(SearchMode mode, List<AskedQuery> asked, string? reason)
    {
        var legs = asked.ConvertAll(q => Replayed(q, mode));
        return new LegReplay(
            reason is null && asked.Count > 0 ? LegScores.Mean([.. asked.Select(q => (Names(q.Orders[mode]), q.Grades))]) : null,
            legs.Sum(leg => leg.Shown), legs.Sum(leg => leg.Unjudged), reason);
    }

    private static ReplayedLeg Replayed(AskedQuery asked, SearchMode mode)
    {
        var (order, grades) = (asked.Orders[mode], asked.Query.Grades);
        var first = order.Index().Where(p => grades.GetValueOrDefault(p.Item) > 0).Select(p => (int?)p.Index + 1).FirstOrDefault();
        var shown = order.Take(Looked).ToArray();
        return new ReplayedLeg(Math.Round(RankingMetrics.Ndcg(Names(order), asked.Grades), 4), first, shown.Length, shown.Count(p => !grades.ContainsKey(p)));
    }

    private static IReadOnlyList<string> Names(IReadOnlyList<long> passages) => [.. passages.Select(Name)];

    private static string Name(long passage) => passage.ToString(CultureInfo.InvariantCulture);

    private static HalfProgress? Half(IProgress<double>? progress, double from) => progress is null ? null : new HalfProgress(progress, from);

    private sealed record AskedQuery(GradedQuery Query, IReadOnlyDictionary<SearchMode, IReadOnlyList<long>> Orders)
    {
        public IReadOnlyDictionary<string, int> Grades { get; } = Query.Grades.ToDictionary(g => Name(g.Key), g => g.Value, StringComparer.Ordinal);
    }

    private sealed class HalfProgress(IProgress<double> whole, double from) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + value / 2);
    }
}
