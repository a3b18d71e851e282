using System.Text;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery.Podcasts;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Finds out what an address is that a person pasted: a folder, a channel of YouTube's, a feed, a page that names its feed, or a site for yt-dlp.</summary>
internal sealed partial class ChannelProbe(PublicWeb web, AddressGuard guard)
{
    private const int MostBytes = 20_000_000;
    private const int PageBytes = 500_000;

    /// <param name="oneWillDo">True where the address of one recording is as good as that of a channel.</param>
    /// <exception cref="IngestionException">It is none of these; the message says why.</exception>
    public async Task<(string Kind, string Address, string Title)> RecogniseAsync(string? text, bool oneWillDo, CancellationToken cancellationToken)
    {
        text = text?.Trim();
        if (text is not { Length: > 0 }) throw new IngestionException("The address is missing; paste the address of a channel, playlist or feed, or a folder's path.");
        if (Path.IsPathFullyQualified(text)) return Folder(text);
        if (ChannelAddress.Youtube(text) is { } youtube)
        {
            if (!oneWillDo && YoutubeId.TryParse(youtube, out _)) throw OneRecording(youtube);
            return (ChannelKinds.Youtube, youtube, Path.GetFileName(youtube).Split('=')[^1]);
        }

        return await AskAsync(text.Contains("://", StringComparison.Ordinal) || !text.Contains('.', StringComparison.Ordinal) ? text : $"https://{text}", follow: true, oneWillDo, cancellationToken);
    }

    private static (string Kind, string Address, string Title) Folder(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Directory.Exists(full) ? (ChannelKinds.Folder, full, Path.GetFileName(full) is { Length: > 0 } name ? name : full) : throw new IngestionException($"This machine has no folder {full}.");
    }

    private async Task<(string Kind, string Address, string Title)> AskAsync(string address, bool follow, bool oneWillDo, CancellationToken cancellationToken)
    {
        var asked = guard.Check(address);
        using var answer = await web.OpenAsync(address, prepare: null, cancellationToken);
        if (!answer.IsSuccessStatusCode) throw web.Failure(answer);
        var type = answer.Content.Headers.ContentType?.MediaType ?? "";
        if (type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("video/", StringComparison.OrdinalIgnoreCase))
            return oneWillDo ? (ChannelKinds.Web, asked.AbsoluteUri, asked.Host) : throw OneRecording(address);
        var content = await BoundedBody.ReadAsync(answer, MostBytes, web.Patience, cancellationToken);
        var start = Encoding.UTF8.GetString(content, 0, Math.Min(content.Length, PageBytes));
        if (FeedStart().IsMatch(start[..Math.Min(start.Length, 4000)]))
        {
            using var stream = new MemoryStream(content);
            var feed = FeedReader.Read(stream, asked);
            if (feed.Episodes.Count == 0) throw new IngestionException($"The feed at {address} has no episode with anything to listen to.");
            return (ChannelKinds.Rss, asked.AbsoluteUri, feed.Title ?? asked.Host);
        }

        if (follow && FeedOf(start, answer.RequestMessage!.RequestUri!) is { } named) return await AskAsync(named, follow: false, oneWillDo, cancellationToken);
        return (ChannelKinds.Web, asked.AbsoluteUri, asked.Host);
    }

    /// <summary>The feed that a page names for programs to find.</summary>
    private static string? FeedOf(string html, Uri page) => LinkTag().Matches(html).Select(match => match.Value)
        .Where(tag => tag.Contains("application/rss+xml", StringComparison.OrdinalIgnoreCase))
        .Select(tag => Href().Match(tag)).Where(match => match.Success)
        .Select(match => Uri.TryCreate(page, System.Net.WebUtility.HtmlDecode(match.Groups["address"].Value), out var feed) ? feed.AbsoluteUri : null).FirstOrDefault(feed => feed is not null);

    private static IngestionException OneRecording(string address) =>
        new($"That is one recording, not a channel; take it in with: drchaffee ingest --channel {address}");

    [GeneratedRegex(@"<(rss|feed|rdf:RDF)[\s>]", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FeedStart();

    [GeneratedRegex("<link [^>]*>", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex LinkTag();

    [GeneratedRegex("""href\s*=\s*["']?(?<address>[^"'\s>]+)""", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Href();
}
