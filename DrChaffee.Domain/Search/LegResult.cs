using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search;

/// <summary>What a leg found, best first, and how it went.</summary>
internal sealed record LegResult(LegReport Report, IReadOnlyList<ScoredPassage> Candidates)
{
    public static LegResult Without(string leg, LegState state, string reason) => new(new LegReport(leg, state, 0, 0, reason), []);
}
