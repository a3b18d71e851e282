using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>A media file that was found, and what its name and its folder tell about it.</summary>
/// <param name="Modified">When the media or its captions last changed.</param>
internal sealed record Recording(
    string Path, string? CaptionPath, string Title, YoutubeId? YoutubeId, DateTimeOffset PublishedAt, ChannelFacts Channel, string? OnlySpeaker, DateTimeOffset Modified);
