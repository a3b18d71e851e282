using DrChaffee.Ingestion.Pipeline;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Download;

/// <summary>Fetches a plain file from a web server, as podcasts offer them, and the captions that belong to it.</summary>
internal sealed partial class HttpFetcher(MediaDownload download, PublicWeb web, AudioStore store, ILogger<HttpFetcher> logger) : IFetcher
{
    /// <summary>Words of a day's talk are a tenth of that.</summary>
    private const int MostCaptionBytes = 20_000_000;

    public FetchKind Kind => FetchKind.Http;

    public async Task<FetchedMedia> FetchAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var location = work.Plan.Location;
        if (store.Find(location, work.Keep) is { } stored) return stored.For(work);

        var folder = store.UnfinishedFolder(location);
        var captions = work.Plan.CaptionLocation is { } address ? await TryCaptionsAsync(address, folder, work.Source.Key, cancellationToken) : null;
        var (path, extension) = await download.RunAsync(location, folder, progress, cancellationToken);
        return (await store.AddAsync(location, path, extension, captions, work.Keep, facts: null, cancellationToken)).For(work);
    }

    /// <summary>A recording whose captions cannot be had can still be listened to.</summary>
    private async Task<string?> TryCaptionsAsync(string address, string folder, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await web.OpenAsync(address, prepare: null, cancellationToken);
            if (!answer.IsSuccessStatusCode) throw web.Failure(answer);
            var final = answer.RequestMessage!.RequestUri!;
            if (MediaKind.CaptionExtensionOf(answer.Content.Headers.ContentType?.MediaType, final) is not { } extension) return null;
            var path = Path.Combine(folder, "captions" + extension);
            await File.WriteAllBytesAsync(path, await BoundedBody.ReadAsync(answer, MostCaptionBytes, web.Patience, cancellationToken), cancellationToken);
            return path;
        }
        catch (IngestionException ex)
        {
            LogWithoutCaptions(key, ex.Message);
            return null;
        }
        catch (IOException ex) when (AudioStore.IsDiskFull(ex))
        {
            throw store.Full();
        }
    }

    [LoggerMessage(LogLevel.Information, "The captions of {SourceKey} cannot be had: {Reason}")]
    private partial void LogWithoutCaptions(string sourceKey, string reason);
}
