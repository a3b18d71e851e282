using System.Net;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>Brings a model's files into <c>MODELS_DIR</c>: what came before a break is kept, and a file takes its name only when its hash is right.</summary>
public sealed class ModelFetcher : IDisposable
{
    private readonly ChaffeeSettings _settings;
    private readonly ModelCatalogue _catalogue;
    private readonly ModelSums _sums;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly FileDownload _download;

    internal ModelFetcher(ChaffeeSettings settings, ModelCatalogue catalogue, ModelSums sums, TimeProvider time, TimeSpan? pause = null)
    {
        (_settings, _catalogue, _sums) = (settings, catalogue, sums);
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("DrChaffee");
        _download = new FileDownload(_client, time, pause ?? TimeSpan.FromSeconds(1));
    }

    /// <summary>Fetches what is missing, and checks what is there. Files placed by hand count, if their hash is right.</summary>
    /// <exception cref="ModelException">It cannot be had; the message says why in a sentence.</exception>
    public async Task FetchAsync(ModelCard card, IProgress<FetchProgress> progress, CancellationToken cancellationToken)
    {
        if (_catalogue.Missing(card) is { Count: > 0 } missing)
        {
            if (card.Repository is null && missing.Any(file => file.Address is null)) throw new ModelException($"{card.Name} is fetched from nowhere; put {string.Join(" and ", missing.Select(f => f.Name))} into {_catalogue.FolderOf(card)}.");
            Directory.CreateDirectory(_catalogue.FolderOf(card));
            await _sums.DropAsync(card, missing, cancellationToken);
            foreach (var file in missing) await FetchAsync(card, file, progress, cancellationToken);
        }

        await _sums.CheckAsync(card, cancellationToken);
        await _sums.KeepAsync(card, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task FetchAsync(ModelCard card, ModelFile file, IProgress<FetchProgress> progress, CancellationToken cancellationToken)
    {
        var address = file.Address ?? new Uri($"{_settings.ModelsUrl.ToString().TrimEnd('/')}/{card.Repository}/resolve/{card.Revision}/{file.Path}");
        var target = _catalogue.PathOf(card, file);
        try
        {
            var hub = await HubFile.LookUpAsync(_client, address, cancellationToken);
            if (file.Address is not null) hub = hub with { Sha256 = null, GitBlob = null }; // only a hub's entity tags are hashes
            if (file.Sha256 is { } pinned && hub.Sha256 is { } offered && pinned != offered)
                throw new ModelException($"{address.Host} now offers another {file.Path} of {card.Repository} than the one that belongs to {card.Name} (SHA-256 {offered}, not {pinned}).");
            CheckRoom(target, hub.Size ?? file.Size ?? 0);
            await _download.RunAsync(hub with { Sha256 = file.Sha256 ?? hub.Sha256 }, target, done => progress.Report(new FetchProgress(file.Name, done, hub.Size ?? file.Size)), cancellationToken);
        }
        catch (HttpRequestException ex)
        {
            throw new ModelException(Sentence(card, file, address, ex), ex);
        }
        catch (IOException ex) when (FileDownload.IsDiskFull(ex))
        {
            throw new ModelException($"The disk under {_settings.ModelsDirectory} is full; make room, or set MODELS_DIR to a larger disk. What has come is kept.", ex);
        }
    }

    private static void CheckRoom(string target, long size)
    {
        var part = new FileInfo(FileDownload.PartOf(target));
        var lacking = size - (part.Exists ? part.Length : 0);
        var free = new DriveInfo(Path.GetDirectoryName(target)!).AvailableFreeSpace;
        if (free < lacking)
            throw new ModelException($"{Path.GetFileName(target)} needs {lacking / 1_000_000} MB more, and only {free / 1_000_000} MB are free under {Path.GetDirectoryName(target)}; make room, or set MODELS_DIR to a larger disk.");
    }

    private static string Sentence(ModelCard card, ModelFile file, Uri address, HttpRequestException exception) => exception.StatusCode switch
    {
        HttpStatusCode.NotFound => $"{address.Host} has no {file.Path} of {card.Repository ?? card.Name} at {card.Revision} (404); the model may have moved.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{address.Host} refuses {file.Path} of {card.Repository} ({(int)exception.StatusCode}); fetch it in a browser and put it into the model's folder.",
        { } status => $"{address.Host} answers with an error ({(int)status}); try again later. What has come of {file.Path} is kept.",
        null => $"{address.Host} cannot be reached, or the connection broke ({exception.Message.TrimEnd('.')}); run 'drchaffee models fetch {card.Name}' again, and it goes on from there.",
    };
}

/// <summary>How far a file has come.</summary>
/// <param name="File">Null before the first byte.</param>
public readonly record struct FetchProgress(string? File, long Bytes, long? Size);
