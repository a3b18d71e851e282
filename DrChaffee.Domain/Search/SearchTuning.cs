namespace DrChaffee.Domain.Search;

/// <summary>How the legs' answers become one list. Chosen on collections of abstracts and articles that no model was trained on; see docs/benchmarks.md.</summary>
public sealed record SearchTuning
{
    /// <summary>What every search outside the lab uses.</summary>
    public static readonly SearchTuning Shipped = new();

    /// <summary>Share of meaning in the fused score, 0 to 1, for a question of eight words; shorter questions lean on meaning more, longer ones on words.</summary>
    public float MeaningWeight { get; init; } = 0.3f;

    /// <summary>What words of the question that stand together as they do in it add to the score, 0 to 1.</summary>
    public float ProximityWeight { get; init; } = 0.3f;

    /// <summary>What holding much of the question within one sentence or two adds to the score, 0 to 1.</summary>
    public float WindowWeight { get; init; } = 0.3f;

    /// <summary>What the words of the best passages add to the score of others that use them too, 0 to 1.</summary>
    public float FeedbackWeight { get; init; } = 0.3f;

    /// <summary>What the recording as a whole adds to the score of its passages, 0 to 1: its best passages together, and its title.</summary>
    public float RecordingWeight { get; init; } = 0.1f;

    /// <summary>What a reranker's reading counts against the score before it, 0 to 1, where one is set at all.</summary>
    public float RerankWeight { get; init; } = 0.5f;

    /// <summary>Candidates of each leg: more than anyone pages through, few enough to score exactly.</summary>
    public int Candidates { get; init; } = 100;

    /// <summary>Results of one recording that begin within so many seconds of a better one are folded into it; 0 folds none, nor repetitions in other recordings.</summary>
    public int FoldSeconds { get; init; } = 120;
}
