using DrChaffee.Domain.Search;

namespace DrChaffee.Web.Features.Search;

/// <summary>Says which half of the search is missing from an answer or answered in part, and why.</summary>
internal static class LegsSentence
{
    /// <summary>Null where every leg answered in full.</summary>
    public static string? For(IReadOnlyList<LegReport> legs)
    {
        var missing = legs.Where(leg => leg.State != LegState.Ok).ToList();
        if (legs.All(leg => leg.State == LegState.Skipped)) return null; // a filter that lets nothing pass is no fault
        if (missing.Count == legs.Count) return $"Nothing could be searched: {Reason(missing[0])}.";
        var partly = legs.Where(leg => leg is { State: LegState.Ok, Reason.Length: > 0 }).Select(leg => $"{Name(leg)} in part: {Reason(leg)}.");
        var sentences = missing.Count == 0 ? partly : partly.Prepend($"{Name(legs.First(leg => leg.State == LegState.Ok))} only: {Reason(missing[0])}.");
        return string.Join(' ', sentences) is { Length: > 0 } all ? all : null;
    }

    private static string Name(LegReport leg) => leg.Name == LegReport.Words ? "Words" : "Meaning";

    private static string Reason(LegReport leg) => leg switch
    {
        { Reason: { Length: > 0 } reason } => reason.TrimEnd('.'),
        { State: LegState.Loading } => $"the search by {leg.Name} is still loading",
        _ => $"the search by {leg.Name} did not answer",
    };
}
