using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Lists a channel, a playlist or a single address by yt-dlp, one line of JSON a recording.</summary>
internal sealed class YtDlpFinder(YtDlpProgram program) : IRecordingFinder
{
    public SourceKind Kind => SourceKind.YtDlp;

    public async Task<IReadOnlyList<Recording>> FindAsync(IngestionRequest request, CancellationToken cancellationToken)
    {
        var youtube = ChannelAddress.Youtube(request.Channel);
        var address = youtube ?? request.Channel.Trim();
        var list = youtube is null ? address : await UploadsAsync(youtube, cancellationToken);
        List<YtDlpRecord> records = [];
        await program.RunAsync([.. Listing(list, request.Since)], list, line =>
        {
            if (YtDlpRecord.Read(line) is { } record) records.Add(record);
        }, YtDlpProgram.ListingLimit, partly: true, cancellationToken);
        var kind = youtube is null ? ChannelKinds.Web : ChannelKinds.Youtube;
        return [.. records.Select(record => Describe(record, kind, address)).OfType<Recording>().DistinctBy(r => r.Identity)];
    }

    /// <summary>A flat list tells no days. Where those matter each recording is asked for, the newest first, until one is too old.</summary>
    private static IEnumerable<string> Listing(string address, DateOnly? since)
    {
        yield return "--dump-json";
        yield return "--ignore-errors"; // one that is private does not hide the rest
        yield return "--yes-playlist";
        if (since is not { } day)
        {
            yield return "--flat-playlist";
            yield break;
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"--dateafter={day:yyyyMMdd}");
        if (address.Contains("list=UU", StringComparison.Ordinal)) yield return "--break-on-reject"; // uploads come in the order of their days
    }

    /// <summary>A channel's tab of videos ends after some hundred; the playlist of its uploads does not.</summary>
    private async Task<string> UploadsAsync(string address, CancellationToken cancellationToken)
    {
        if (ChannelAddress.IsPlaylist(address) || YoutubeId.TryParse(address, out _)) return address;
        if (ChannelAddress.ChannelIdOf(address) is { } known) return ChannelAddress.UploadsOf(known);
        string? id = null;
        await program.RunAsync(["--flat-playlist", "--playlist-items=1", "--dump-single-json"], address, line => id ??= YtDlpRecord.Read(line)?.ChannelId, YtDlpProgram.TellingLimit, partly: false, cancellationToken);
        return id is { Length: 24 } ? ChannelAddress.UploadsOf(id) : address;
    }

    private static Recording? Describe(YtDlpRecord record, string kind, string address)
    {
        if ((record.Id ?? record.Address) is not { } id) return null; // a feed's entries have no id of their own
        var isVideo = record.IsYoutube && YoutubeId.TryParse(id, out _);
        var place = isVideo && YoutubeId.TryParse(id, out var video) ? video.WatchUrl() : record.Address;
        if (place is null) return null;
        return new Recording(new FetchPlan(FetchKind.YtDlp, place), record.Title ?? place, ChannelOf(record, kind, address))
        {
            Identity = isVideo ? ("youtube", id) : ("web", IdOf(record, id, place)),
            Url = place,
            PublishedAt = record.PublishedAt,
            Duration = record.Duration,
            Description = record.Description,
            ThumbnailUrl = record.Thumbnail,
            Availability = record.Availability,
        };
    }

    /// <summary>A single video belongs to the channel that it says it is of; what was listed belongs to what was asked for.</summary>
    private static ChannelFacts ChannelOf(YtDlpRecord record, string kind, string address)
    {
        if (kind == ChannelKinds.Youtube && YoutubeId.TryParse(address, out _) && !ChannelAddress.IsPlaylist(address))
            return record.ChannelAddress is { } own ? new ChannelFacts(kind, ChannelAddress.Youtube(own) ?? own, record.ChannelTitle ?? own) : new ChannelFacts(kind, "https://www.youtube.com/", "YouTube");
        var title = ChannelAddress.IsPlaylist(address) || kind == ChannelKinds.Web ? record.PlaylistTitle ?? record.ChannelTitle : record.ChannelTitle ?? record.PlaylistTitle;
        return new ChannelFacts(kind, address, title ?? new Uri(address).Host);
    }

    /// <summary>The site's own id, where it has one; the name of a file on some server is none.</summary>
    private static string IdOf(YtDlpRecord record, string id, string place)
    {
        if (record.Extractor is not ("generic" or "html5" or "html5mediaembed") && record.Id is not null) return $"{record.Extractor}-{id}";
        var slug = SourceKey.Slug(record.Title ?? id);
        return $"{slug[..Math.Min(slug.Length, 40)].TrimEnd('-')}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..16]}";
    }
}
