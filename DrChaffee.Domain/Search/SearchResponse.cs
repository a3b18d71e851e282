namespace DrChaffee.Domain.Search;

/// <summary>What a search found, and which legs found it.</summary>
/// <param name="Total">Results that can be paged through: the candidates of all legs, not every passage that holds one of the words.</param>
public sealed record SearchResponse(string Query, SearchMode Mode, int Total, double TookMs, IReadOnlyList<LegReport> Legs, IReadOnlyList<SearchHit> Results);

/// <summary>What became of one leg: an empty leg and a leg that never ran are different things.</summary>
public sealed record LegReport(string Name, LegState State, double TookMs, int Hits, string? Reason = null)
{
    public const string Words = "words";
    public const string Meaning = "meaning";
}

/// <summary>How a leg ended.</summary>
public enum LegState
{
    Ok,
    Loading,
    Skipped,
    Failed,
}

/// <summary>One passage that answers.</summary>
/// <param name="Start">Seconds from the recording's start.</param>
/// <param name="Highlights">Character ranges of <paramref name="Text"/>, from (included) and to (excluded), that hold a word of the query.</param>
/// <param name="Score">0 to 1; comparable within one response only.</param>
/// <param name="Url">The recording at that second where it is published, if it is.</param>
/// <param name="WatchUrl">The recording at that second here, as a path.</param>
public sealed record SearchHit(
    string SourceKey,
    string Title,
    DateTimeOffset? PublishedAt,
    string? Speaker,
    double Start,
    double End,
    string Text,
    IReadOnlyList<int[]> Highlights,
    double Score,
    string? Url,
    string WatchUrl);
