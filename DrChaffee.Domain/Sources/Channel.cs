namespace DrChaffee.Domain.Sources;

/// <summary>Where sources come from: a video channel or playlist, a podcast feed, a folder.</summary>
public sealed class Channel
{
    public long Id { get; init; }

    /// <summary><c>youtube</c>, <c>rss</c>, <c>folder</c> or <c>import</c>; unique together with <see cref="Address"/>.</summary>
    public required string Kind { get; init; }

    public required string Address { get; init; }
    public required string Title { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
