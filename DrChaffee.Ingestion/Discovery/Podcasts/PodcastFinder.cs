using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Discovery.Podcasts;

/// <summary>Finds the episodes of a podcast feed.</summary>
internal sealed partial class PodcastFinder(PublicWeb web, ChannelRows channels, FeedCache cache, IDbContextFactory<ChaffeeDbContext> contexts, ILogger<PodcastFinder> logger) : IRecordingFinder
{
    public const string SourceType = "podcast";
    private const int MostFeedBytes = 20_000_000;
    private const int MostPages = 200;
    private const int LongestPlainGuid = 64;
    private const int ShortestPlainGuid = 16;

    public SourceKind Kind => SourceKind.Rss;

    public async Task<IReadOnlyList<Recording>> FindAsync(IngestionRequest request, CancellationToken cancellationToken)
    {
        var channel = await channels.FindAsync(ChannelKinds.Rss, request.Channel, cancellationToken);
        var (feed, address) = await ReadAsync(channel, request, cancellationToken);
        var facts = new ChannelFacts(ChannelKinds.Rss, request.Channel, feed.Title ?? address.Host);
        List<Recording> found = [];
        HashSet<string> guids = new(StringComparer.Ordinal);
        HashSet<Uri> asked = [address];
        RunNeed? need = null;
        for (var page = feed; page is not null; page = await ReadPageAsync(page.Next!, cancellationToken))
        {
            List<Recording> here = [.. page.Episodes.Where(episode => guids.Add(episode.Guid)).Select(episode => Describe(episode, feed, facts))];
            found.AddRange(here);
            if (page.Next is null || asked.Count == MostPages || !asked.Add(page.Next) || (here.Count == 0 && page != feed)) break;
            need ??= new RunNeed(request, (channel?.Filter ?? RecordingFilter.Everything).And(request.SkipShorts, request.Since), await KnownSources.LoadAsync(contexts, cancellationToken));
            if (need.IsMetBy(here)) break;
        }

        return [.. found.OrderByDescending(r => r.PublishedAt ?? DateTimeOffset.MinValue)];
    }

    /// <summary>The feed's own title, for whoever subscribes to it.</summary>
    public async Task<string?> TitleAsync(string address, CancellationToken cancellationToken) =>
        (await ReadAsync(await channels.FindAsync(ChannelKinds.Rss, address, cancellationToken), new IngestionRequest { Source = SourceKind.Rss, Channel = address, DryRun = true }, cancellationToken)).Feed.Title;

    /// <summary>Null for a page of older episodes that cannot be had: the newer ones do not wait for it.</summary>
    private async Task<PodcastFeed?> ReadPageAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await web.OpenAsync(address.AbsoluteUri, sent => Ask(sent, known: null), cancellationToken);
            if (!answer.IsSuccessStatusCode) throw web.Failure(answer);
            using var stream = new MemoryStream(await BoundedBody.ReadAsync(answer, MostFeedBytes, web.Patience, cancellationToken));
            return FeedReader.Read(stream, answer.RequestMessage!.RequestUri!);
        }
        catch (IngestionException ex)
        {
            LogPageMissing(address, ex.Message);
            return null;
        }
    }

    private async Task<(PodcastFeed Feed, Uri Address)> ReadAsync(Channel? channel, IngestionRequest request, CancellationToken cancellationToken)
    {
        var kept = channel is null ? null : cache.PathOf(channel);
        using var answer = await web.OpenAsync(request.Channel, sent => Ask(sent, kept is null ? null : channel), cancellationToken);
        var address = answer.RequestMessage!.RequestUri!;
        if (answer.StatusCode == HttpStatusCode.NotModified && kept is not null)
        {
            await using var file = File.OpenRead(kept);
            return (FeedReader.Read(file, address), address);
        }

        if (!answer.IsSuccessStatusCode) throw web.Failure(answer);
        var content = await BoundedBody.ReadAsync(answer, MostFeedBytes, web.Patience, cancellationToken);
        using var stream = new MemoryStream(content);
        var feed = FeedReader.Read(stream, address); // what cannot be read is asked for again the next time
        if (channel is not null && !request.DryRun) await KeepAsync(channel, answer, content, cancellationToken);
        return (feed, address);
    }

    private async Task KeepAsync(Channel channel, HttpResponseMessage answer, byte[] content, CancellationToken cancellationToken)
    {
        var (etag, modified) = (answer.Headers.ETag?.ToString(), answer.Content.Headers.LastModified);
        if ((etag ?? (object?)modified) is not null) await cache.KeepAsync(channel.Address, etag, modified, content, cancellationToken);
        await channels.KeepValidatorsAsync(channel.Id, etag, modified, cancellationToken);
    }

    private static void Ask(HttpRequestMessage request, Channel? known)
    {
        request.Headers.Accept.ParseAdd("application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5");
        if (known?.Etag is { } etag && EntityTagHeaderValue.TryParse(etag, out var tag)) request.Headers.IfNoneMatch.Add(tag);
        request.Headers.IfModifiedSince = known?.LastModified;
    }

    private static Recording Describe(PodcastEpisode episode, PodcastFeed feed, ChannelFacts channel) =>
        new(new FetchPlan(FetchKind.Http, episode.Media.AbsoluteUri, episode.Captions?.AbsoluteUri), episode.Title ?? MediaName.Of(episode.Media.LocalPath).Title, channel)
        {
            Identity = (SourceType, IdOf(episode.Guid, feed.Guid ?? channel.Address)),
            Url = (episode.Page ?? episode.Media).AbsoluteUri,
            PublishedAt = episode.PublishedAt,
            Duration = episode.Duration,
            Description = episode.Description,
            ThumbnailUrl = episode.Image ?? feed.Image,
        };

    /// <summary>A guid that can only be this episode's is its id. Any other ("12", a text with blanks, an address) gets a hash, which for a number holds the feed as well.</summary>
    internal static string IdOf(string guid, string feed)
    {
        if (guid.Length is >= ShortestPlainGuid and <= LongestPlainGuid && guid.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return guid;
        var whole = Uri.TryCreate(guid, UriKind.Absolute, out _) ? guid : $"{feed} {guid}";
        var end = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))[..16];
        return SourceKey.Slug(guid) is { Length: > 0 } slug ? $"{slug[..Math.Min(slug.Length, 40)].TrimEnd('-')}-{end}" : end;
    }

    [LoggerMessage(LogLevel.Warning, "The feed's page {Address} cannot be read, so older episodes are left out: {Reason}")]
    private partial void LogPageMissing(Uri address, string reason);
}
