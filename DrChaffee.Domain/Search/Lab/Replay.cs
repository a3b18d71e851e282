using System.Text.Json.Serialization;
using DrChaffee.Domain.Search.Evaluation;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>All judged queries, asked again.</summary>
/// <param name="Queries">Those that count: some passage that is there now was judged relevant.</param>
/// <param name="LeftOut">Judged queries without a relevant passage: no ranking could be right or wrong.</param>
/// <param name="Lost">Judgments whose second no passage speaks any more.</param>
/// <param name="Legs">By the name of the mode.</param>
public sealed record Replay(SearchTuning Tuning, int Queries, int LeftOut, int Lost, double TookMs, IReadOnlyDictionary<string, LegReplay> Legs, IReadOnlyList<ReplayedQuery> Items);

/// <summary>One leg over all judged queries.</summary>
/// <param name="Scores">Null where the leg did not answer, or nothing was judged.</param>
/// <param name="Shown">Results among the first ten of each query.</param>
/// <param name="Unjudged">Those of them that nobody judged; they count as not relevant, so the more there are, the less sure the scores.</param>
/// <param name="Reason">Why the leg did not answer.</param>
public sealed record LegReplay(LegScores? Scores, int Shown, int Unjudged, string? Reason);

/// <summary>One judged query.</summary>
/// <param name="Relevant">Passages judged 1 or 2.</param>
public sealed record ReplayedQuery(string Query, int Judged, int Relevant, IReadOnlyDictionary<string, ReplayedLeg> Legs);

/// <param name="FirstRelevant">The place of the first relevant result, from 1; null where none was found.</param>
public sealed record ReplayedLeg([property: JsonPropertyName("ndcg_at_10")] double NdcgAt10, int? FirstRelevant, int Shown, int Unjudged);

/// <summary>Two settings over all judged queries, hybrid alone.</summary>
/// <param name="Items">By what the second gained, most first.</param>
public sealed record ReplayDiff(Replay A, Replay B, IReadOnlyList<QueryDelta> Items)
{
    public int Better => Items.Count(item => item.Delta > 0);
    public int Worse => Items.Count(item => item.Delta < 0);
}

/// <summary>nDCG@10 of a query under two settings.</summary>
public sealed record QueryDelta(string Query, double A, double B)
{
    public double Delta => Math.Round(B - A, 4);
}
