using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Domain.Library;

/// <summary>The shape of every list: how many there are, and this page of them.</summary>
public sealed record Page<T>(int Total, IReadOnlyList<T> Items);

/// <summary>How the library is narrowed and ordered.</summary>
public sealed record LibraryFilter
{
    /// <summary>Words that the title, channel or speakers must hold.</summary>
    public string? Query { get; init; }
    public string? Channel { get; init; }
    public string? Speaker { get; init; }
    public SourceState? State { get; init; }

    /// <summary>True to leave out what failed before it ever had a transcript.</summary>
    public bool WithoutFailed { get; init; }
    public LibraryOrder Order { get; init; } = LibraryOrder.Newest;
    public int Take { get; init; } = 24;
    public int Skip { get; init; }
}

/// <summary>Orders of the library; ties are broken by key, so that pages never overlap.</summary>
public enum LibraryOrder
{
    Newest,
    Oldest,
    Title,
    Longest,
}

/// <summary>One recording as lists show it.</summary>
/// <param name="Duration">Seconds.</param>
/// <param name="HasMedia">True where this machine can play it.</param>
public sealed record SourceSummary(
    string SourceKey,
    string Title,
    string SourceType,
    string? Channel,
    DateTimeOffset? PublishedAt,
    double? Duration,
    SourceState State,
    Stage Stage,
    string? StateReason,
    FailureClass? FailureClass,
    IReadOnlyList<string> Speakers,
    int Segments,
    string? Url,
    bool HasMedia,
    DateTimeOffset UpdatedAt);

/// <summary>One segment as the transcript shows it; times in seconds.</summary>
public sealed record TranscriptSegment(int Ordinal, double Start, double End, string? Speaker, string Text, bool TimesEstimated, IReadOnlyList<float>? WordTimes, string? SuspectReason);

/// <summary>A channel and how many recordings it has.</summary>
public sealed record ChannelSummary(string Title, string Kind, string Address, int Sources);

/// <summary>What the library holds; cached, never counted for a request.</summary>
/// <param name="Sources">Those that the library lists: all but what failed before it ever had a transcript.</param>
/// <param name="WrittenSources">Those with a transcript, which are searched, whatever became of a later try.</param>
public sealed record LibraryCounts(int Sources, int WrittenSources, int WaitingSources, int FailedSources, long Segments, long Passages, double Hours, DateTimeOffset? LastUpdated)
{
    /// <summary>All recordings that are known, whether the library lists them or not; each state is there.</summary>
    public required IReadOnlyDictionary<SourceState, int> ByState { get; init; }
}
