namespace DrChaffee.Domain.Search;

/// <summary>Which legs answer a search.</summary>
public enum SearchMode
{
    Hybrid,
    Semantic,
    Keyword,
}

/// <summary>A question, and what its answers are narrowed to.</summary>
public sealed record SearchRequest(string Query)
{
    public SearchMode Mode { get; init; } = SearchMode.Hybrid;

    /// <summary>How many results to return, 1 to 100.</summary>
    public int Take { get; init; } = 20;
    public int Skip { get; init; }
    public SourceFilter Filter { get; init; } = SourceFilter.None;
    /// <summary>Takes the query as plain text: quotes, minus signs and "title:" mean nothing.</summary>
    public bool Literal { get; init; }

    public SearchSort Sort { get; init; } = SearchSort.Relevance;

    /// <summary>Counts what the results could be narrowed to; costs one more statement.</summary>
    public bool WithFacets { get; init; }

    /// <summary>Tells how the order came about, for the search lab.</summary>
    public bool WithTrace { get; init; }

    /// <summary>How the legs are joined; other than shipped only in the search lab.</summary>
    public SearchTuning Tuning { get; init; } = SearchTuning.Shipped;
}

/// <summary>The order of results.</summary>
public enum SearchSort
{
    Relevance,
    Newest,
    Oldest,
}

/// <summary>Narrows a search; null means everything.</summary>
/// <param name="Channel">The channel's title or address, upper and lower case alike.</param>
/// <param name="Speaker">The speaker's name, upper and lower case alike.</param>
/// <param name="From">The earliest day of publication.</param>
/// <param name="To">The latest day of publication, itself included.</param>
/// <param name="SourceKey">The key of one recording.</param>
/// <param name="Title">Part of the recording's title, upper and lower case alike.</param>
public sealed record SourceFilter(
    string? Channel = null, string? Speaker = null, DateOnly? From = null, DateOnly? To = null, string? SourceKey = null, string? Title = null)
{
    public static readonly SourceFilter None = new();

    public bool IsEmpty => this == None;
}
