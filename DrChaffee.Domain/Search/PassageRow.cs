namespace DrChaffee.Domain.Search;

/// <summary>What is shown of a passage.</summary>
/// <param name="Start">Seconds from the recording's start.</param>
internal sealed record PassageRow(long PassageId, string SourceKey, string Title, DateTimeOffset? PublishedAt, string? Url, string? Speaker, double Start, double End, string Text)
{
    /// <summary>What was said next, where the passage is but a short question.</summary>
    public (long PassageId, string? Speaker, double Start, string Text)? Reply { get; init; }
}
