using DrChaffee.Domain.Search.Ranking;

namespace DrChaffee.Domain.Search;

/// <summary>What is shown of a passage, and its stored words.</summary>
/// <param name="Start">Seconds from the recording's start.</param>
internal sealed record PassageRow(
    long PassageId, long SourceId, string SourceKey, string Title, DateTimeOffset? PublishedAt, string? Url, string? Speaker, double Start, double End, string Text, PassageWords Words);
