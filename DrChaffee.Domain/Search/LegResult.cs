using DrChaffee.Domain.Search.Index;

namespace DrChaffee.Domain.Search;

/// <summary>What a leg found, best first, and how it went.</summary>
internal sealed record LegResult(LegReport Report, IReadOnlyList<ScoredPassage> Candidates)
{
    private static readonly Dictionary<long, float> NoCosines = [];

    /// <summary>How near the passages that either leg found are to the question in meaning; of the meaning leg alone.</summary>
    public IReadOnlyDictionary<long, float> Cosines { get; init; } = NoCosines;

    /// <summary>What the meaning leg asked the database; null where it did not ask.</summary>
    public string? Statement { get; init; }

    public static LegResult Without(string leg, LegState state, string reason) => new(new LegReport(leg, state, 0, 0, reason), []);
}
