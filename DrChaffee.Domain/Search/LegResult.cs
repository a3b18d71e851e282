using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search;

/// <summary>What a leg found, best first, and how it went.</summary>
internal sealed record LegResult(LegReport Report, IReadOnlyList<ScoredPassage> Candidates)
{
    /// <summary>What the meaning leg asked with, for scoring what the other leg found; null where it did not ask.</summary>
    public EmbeddedQuestion? Question { get; init; }

    public static LegResult Without(string leg, LegState state, string reason) => new(new LegReport(leg, state, 0, 0, reason), []);
}
