using System.Globalization;
using DrChaffee.Domain.Search;

namespace DrChaffee.Web.Features.Lab;

/// <summary>One value of <see cref="SearchTuning"/> that the lab turns: how it is named, what it does and how far it goes.</summary>
internal sealed record TuningKnob(
    string Name, string Label, string Tells, decimal Least, decimal Most, decimal Step, Func<SearchTuning, decimal> Get, Func<SearchTuning, decimal, SearchTuning> With)
{
    /// <summary>In the order in which a search uses them.</summary>
    public static IReadOnlyList<TuningKnob> All { get; } =
    [
        new("candidates", "Candidates", "How many each leg brings.", 10, 500, 10, t => t.Candidates, (t, v) => t with { Candidates = (int)v }),
        new("meaning_weight", "Meaning", "Share of meaning in the fused score, for a question of eight words.", 0, 1, 0.05m, t => (decimal)t.MeaningWeight, (t, v) => t with { MeaningWeight = (float)v }),
        new("proximity_weight", "Proximity", "What words that stand together as in the question add.", 0, 1, 0.05m, t => (decimal)t.ProximityWeight, (t, v) => t with { ProximityWeight = (float)v }),
        new("window_weight", "Window", "What holding much of the question within a sentence or two adds.", 0, 1, 0.05m, t => (decimal)t.WindowWeight, (t, v) => t with { WindowWeight = (float)v }),
        new("feedback_weight", "Feedback", "What the words of the best passages add to others.", 0, 1, 0.05m, t => (decimal)t.FeedbackWeight, (t, v) => t with { FeedbackWeight = (float)v }),
        new("recording_weight", "Recording", "What the recording as a whole adds.", 0, 1, 0.05m, t => (decimal)t.RecordingWeight, (t, v) => t with { RecordingWeight = (float)v }),
        new("rerank_weight", "Reranker", "What a reranker's reading counts, where one is set.", 0, 1, 0.05m, t => (decimal)t.RerankWeight, (t, v) => t with { RerankWeight = (float)v }),
        new("fold_seconds", "Fold seconds", "Results so near to a better one are folded into it; 0 folds none.", 0, 600, 10, t => t.FoldSeconds, (t, v) => t with { FoldSeconds = (int)v }),
    ];

    /// <summary>Counts and seconds are whole.</summary>
    public bool IsWhole => Step >= 1;

    public bool IsShipped(SearchTuning tuning) => Get(tuning) == Get(SearchTuning.Shipped);

    public string Written(SearchTuning tuning) => Written(Get(tuning));

    public static string Written(decimal value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The nearest value that the knob has.</summary>
    public decimal Clamp(decimal value) => Math.Clamp(IsWhole ? Math.Round(value) : value, Least, Most);
}
