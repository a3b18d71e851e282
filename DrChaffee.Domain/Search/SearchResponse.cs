using System.Text.Json.Serialization;
using DrChaffee.Domain.Search.Lab;

namespace DrChaffee.Domain.Search;

/// <summary>What a search found, and which legs found it.</summary>
/// <param name="Total">Results that can be paged through: the candidates of all legs, not every passage that holds one of the words.</param>
public sealed record SearchResponse(string Query, SearchMode Mode, int Total, double TookMs, IReadOnlyList<LegReport> Legs, IReadOnlyList<SearchHit> Results)
{
    /// <summary>The query with its misspelt words put right, where the library knows better ones; null otherwise.</summary>
    public string? DidYouMean { get; init; }

    /// <summary>One sentence for each part of the query that could not be used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>What the results could be narrowed to; null where it was not asked for.</summary>
    public SearchFacets? Facets { get; init; }

    /// <summary>The query holds nothing but operators, marks and stop words.</summary>
    [JsonIgnore]
    public bool HasNoWord => Legs.Count > 0 && Legs.All(leg => leg is { State: LegState.Skipped, Reason: HybridSearch.NoWord });

    /// <summary>How the order came about; null where it was not asked for. For the search lab alone.</summary>
    [JsonIgnore]
    public SearchTrace? Trace { get; init; }
}

/// <summary>Counts over all results of a search, most frequent first.</summary>
public sealed record SearchFacets(IReadOnlyList<FacetCount> Channels, IReadOnlyList<FacetCount> Speakers, IReadOnlyList<FacetCount> Years);

/// <param name="Value">As the filter of the same kind takes it: a channel's title, a speaker's name, a year.</param>
public sealed record FacetCount(string Value, int Count);

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
    string WatchUrl)
{
    /// <summary>Whether the passage holds what the query asks for, or part of it, or says it in other words.</summary>
    public MatchKind Match { get; init; }

    /// <summary>What was said next, where the passage is but a short question; null for any other.</summary>
    public Reply? Reply { get; init; }

    /// <summary>Other results of the same recording within two minutes of this one, which stands for them; in order of time.</summary>
    public IReadOnlyList<FoldedHit> Nearby { get; init; } = [];

    /// <summary>The same words in other recordings.</summary>
    public IReadOnlyList<FoldedHit> Duplicates { get; init; } = [];
}

/// <summary>Why a passage was found.</summary>
public enum MatchKind
{
    /// <summary>It holds what the query quotes; where it quotes nothing, every word that tells what is asked about.</summary>
    Exact,

    /// <summary>It holds only some of these words, or says it in other words.</summary>
    Related,
}

/// <summary>The passage after a question.</summary>
/// <param name="Start">Seconds from the recording's start.</param>
/// <param name="Highlights">Character ranges of <paramref name="Text"/>, from (included) and to (excluded), that hold a word of the query.</param>
public sealed record Reply(string? Speaker, double Start, string Text, IReadOnlyList<int[]> Highlights, string WatchUrl);

/// <summary>A result that another one stands for.</summary>
public sealed record FoldedHit(string SourceKey, string Title, double Start, string WatchUrl);
