using System.Text.RegularExpressions;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Tells what an address is that a person pasted, and writes it in the one way under which its channel has its row.</summary>
internal static partial class ChannelAddress
{
    /// <summary>The kind and address of the row that belongs to a request.</summary>
    public static (string Kind, string Address) RowOf(IngestionRequest request) => request.Source switch
    {
        SourceKind.Folder => (ChannelKinds.Folder, Path.GetFullPath(request.Channel)),
        SourceKind.Rss => (ChannelKinds.Rss, request.Channel.Trim()),
        _ when Youtube(request.Channel) is { } address => (ChannelKinds.Youtube, address),
        _ => (ChannelKinds.Web, request.Channel.Trim()),
    };

    /// <summary>A channel, playlist or video of YouTube's, written the way YouTube itself does; null for any other address.</summary>
    public static string? Youtube(string text)
    {
        text = text.Trim();
        if (Handle().IsMatch(text)) return $"https://www.youtube.com/{text}";
        if (ChannelId().IsMatch(text)) return $"https://www.youtube.com/channel/{text}";
        if (YoutubeId.TryParse(text, out var video) && !text.Contains("list=", StringComparison.Ordinal)) return video.WatchUrl();
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) return null;
        var host = address.Host.ToLowerInvariant();
        if (host is not ("youtube.com" or "youtu.be") && !host.EndsWith(".youtube.com", StringComparison.Ordinal)) return null;
        if (ListParameter().Match(address.Query) is { Success: true } list) return $"https://www.youtube.com/playlist?list={list.Groups["id"].Value}";
        return address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [var handle, ..] when Handle().IsMatch(handle) => $"https://www.youtube.com/{handle}",
            ["channel", var id, ..] when ChannelId().IsMatch(id) => $"https://www.youtube.com/channel/{id}",
            ["c" or "user", var name, ..] => $"https://www.youtube.com/{address.AbsolutePath.Split('/')[1]}/{name}",
            _ => YoutubeId.TryParse(text, out video) ? video.WatchUrl() : null,
        };
    }

    /// <summary>The id in an address that <see cref="Youtube"/> wrote, or null where only YouTube can tell it.</summary>
    public static string? ChannelIdOf(string address) => address.Split("/channel/") is [_, var id] ? id : null;

    public static bool IsPlaylist(string address) => address.Contains("/playlist?list=", StringComparison.Ordinal);

    /// <summary>The playlist of all that a channel ever uploaded, which goes further back than its tab of videos.</summary>
    public static string UploadsOf(string channelId) => $"https://www.youtube.com/playlist?list=UU{channelId[2..]}";

    [GeneratedRegex(@"^@[\p{L}\p{N}._·-]{2,60}$", RegexOptions.NonBacktracking)]
    private static partial Regex Handle();

    [GeneratedRegex("^UC[A-Za-z0-9_-]{22}$", RegexOptions.NonBacktracking)]
    private static partial Regex ChannelId();

    [GeneratedRegex(@"[?&]list=(?<id>[A-Za-z0-9_-]{2,60})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ListParameter();
}
