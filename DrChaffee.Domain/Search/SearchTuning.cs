namespace DrChaffee.Domain.Search;

/// <summary>How the legs' answers become one list.</summary>
public sealed record SearchTuning
{
    /// <summary>What every search outside the lab uses.</summary>
    public static readonly SearchTuning Shipped = new();

    /// <summary>Share of meaning in the fused score, 0 to 1; the rest is words.</summary>
    public float MeaningWeight { get; init; } = 0.3f;

    /// <summary>Candidates of each leg: more than anyone pages through, few enough to score exactly.</summary>
    public int Candidates { get; init; } = 200;
}
