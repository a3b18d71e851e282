namespace DrChaffee.Ingestion.Discovery.Podcasts;

/// <summary>What a feed says of itself and its episodes, in the order of the feed.</summary>
/// <param name="Next">The page with older episodes (RFC 5005), or null.</param>
internal sealed record PodcastFeed(string? Title, string? Guid, string? Image, Uri? Next, IReadOnlyList<PodcastEpisode> Episodes);

/// <summary>One episode that has something to listen to.</summary>
/// <param name="Guid">As the feed gives it; the media's address where it gives none.</param>
/// <param name="Media">Absolute, http or https.</param>
/// <param name="Captions">The transcript that this program reads best, or null.</param>
internal sealed record PodcastEpisode(
    string Guid, string? Title, Uri Media, Uri? Captions, Uri? Page, DateTimeOffset? PublishedAt, TimeSpan? Duration, string? Description, string? Image);
