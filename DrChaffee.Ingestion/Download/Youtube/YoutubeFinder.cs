using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using YoutubeExplode.Common;
using YoutubeExplode.Playlists;

namespace DrChaffee.Ingestion.Download.Youtube;

/// <summary>Lists a channel by its uploads, a playlist or a single video, by YoutubeExplode. What it finds is what yt-dlp finds, under the same identities.</summary>
internal sealed class YoutubeFinder(YoutubeService youtube) : IRecordingFinder
{
    public SourceKind Kind => SourceKind.Youtube;

    public Task<IReadOnlyList<Recording>> FindAsync(IngestionRequest request, CancellationToken cancellationToken)
    {
        var address = ChannelAddress.Youtube(request.Channel) ?? throw new IngestionException($"'{request.Channel}' is no address of YouTube's; use --source yt-dlp for other sites.");
        return YoutubeService.AskAsync(address, async () =>
        {
            if (YoutubeId.TryParse(address, out var single)) return [await TellAsync(single, channel: null, cancellationToken)];
            var (list, facts) = await ListOfAsync(address, cancellationToken);
            return await ListAsync(list, facts, request.Since, cancellationToken);
        }, cancellationToken);
    }

    private async Task<IReadOnlyList<Recording>> ListAsync(string list, ChannelFacts channel, DateOnly? since, CancellationToken cancellationToken)
    {
        List<Recording> found = [];
        await foreach (var video in youtube.Client.Playlists.GetVideosAsync(PlaylistId.Parse(list), cancellationToken))
        {
            if (!YoutubeId.TryParse(video.Id.Value, out var id)) continue;
            var recording = since is null
                ? Describe(id, video.Title, channel) with { Duration = video.Duration, ThumbnailUrl = video.Thumbnails.TryGetWithHighestResolution()?.Url, Availability = AvailabilityOf(video.Title) }
                : await TellAsync(id, channel, cancellationToken); // a list tells no days
            if (since is { } day && recording.PublishedAt is { } published && DateOnly.FromDateTime(published.UtcDateTime) < day)
            {
                if (list.StartsWith("UU", StringComparison.Ordinal)) break; // uploads come in the order of their days
                continue;
            }

            found.Add(recording);
        }

        return found;
    }

    private async Task<Recording> TellAsync(YoutubeId id, ChannelFacts? channel, CancellationToken cancellationToken)
    {
        var video = await youtube.Client.Videos.GetAsync(id.Value, cancellationToken);
        return Describe(id, video.Title, channel ?? new ChannelFacts(ChannelKinds.Youtube, video.Author.ChannelUrl, video.Author.ChannelTitle)) with
        {
            PublishedAt = video.UploadDate,
            Duration = video.Duration,
            Description = video.Description is { Length: > 0 } text ? text : null,
            ThumbnailUrl = video.Thumbnails.TryGetWithHighestResolution()?.Url,
        };
    }

    /// <summary>The id of a playlist, that of a channel's uploads for a channel.</summary>
    private async Task<(string List, ChannelFacts Facts)> ListOfAsync(string address, CancellationToken cancellationToken)
    {
        if (ChannelAddress.IsPlaylist(address))
        {
            var playlist = await youtube.Client.Playlists.GetAsync(PlaylistId.Parse(address), cancellationToken);
            return (playlist.Id.Value, new ChannelFacts(ChannelKinds.Youtube, address, playlist.Title));
        }

        var channels = youtube.Client.Channels;
        var channel = new Uri(address).Segments[1].Trim('/') switch
        {
            "channel" => await channels.GetAsync(ChannelAddress.ChannelIdOf(address)!, cancellationToken),
            "user" => await channels.GetByUserAsync(address, cancellationToken),
            "c" => await channels.GetBySlugAsync(address, cancellationToken),
            _ => await channels.GetByHandleAsync(address, cancellationToken),
        };
        return ($"UU{channel.Id.Value[2..]}", new ChannelFacts(ChannelKinds.Youtube, address, channel.Title));
    }

    private static Recording Describe(YoutubeId id, string title, ChannelFacts channel) =>
        new(new FetchPlan(FetchKind.Youtube, id.WatchUrl()), title, channel) { Identity = ("youtube", id.Value), Url = id.WatchUrl() };

    private static Availability AvailabilityOf(string title) => title is "[Private video]" or "[Deleted video]" ? Availability.Private : Availability.Open;
}
