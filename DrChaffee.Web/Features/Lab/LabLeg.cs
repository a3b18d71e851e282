using DrChaffee.Domain.Search.Lab;

namespace DrChaffee.Web.Features.Lab;

/// <summary>The columns of the lab: each leg alone, and both.</summary>
public enum LabLeg
{
    Words,
    Meaning,
    Hybrid,
}

internal static class LabLegRank
{
    /// <summary>The place of a passage in a column, from 1; null where it is not there.</summary>
    public static int? Rank(this LabLeg leg, CandidateTrace scores) => leg switch
    {
        LabLeg.Words => scores.WordsRank,
        LabLeg.Meaning => scores.MeaningRank,
        _ => scores.Rank,
    };
}
