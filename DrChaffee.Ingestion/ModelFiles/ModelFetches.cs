using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>Fetches in the background, one a model, which go on when the page that asked is left; why the last one failed is kept until it is tried again.</summary>
internal sealed partial class ModelFetches(ModelCatalogue catalogue, ModelFetcher fetcher, ILogger<ModelFetches> logger) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _starting = new();
    private readonly ConcurrentDictionary<string, ModelFetch> _fetches = new(StringComparer.Ordinal);

    /// <summary>Under way, or failed; null where neither.</summary>
    public ModelFetch? Of(string model) => _fetches.GetValueOrDefault(model);

    /// <exception cref="ModelException">No such model is fetched.</exception>
    public void Start(string model)
    {
        var card = catalogue.Fetchable(model);
        lock (_starting)
        {
            if (Of(model) is { Error: null }) return;
            _fetches[model] = new ModelFetch();
        }

        var ended = _ended.Token;
        _ = Task.Run(() => RunAsync(card, ended), CancellationToken.None);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task RunAsync(ModelCard card, CancellationToken cancellationToken)
    {
        try
        {
            await fetcher.FetchAsync(card, new Follower(this, card.Name), cancellationToken);
            _fetches.TryRemove(card.Name, out _);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends; what has come is kept.
        }
        catch (Exception ex)
        {
            if (ex is not ModelException) LogFailed(ex, card.Name);
            _fetches[card.Name] = new ModelFetch { Error = Sentence(ex) };
        }
    }

    private static string Sentence(Exception exception) => exception switch
    {
        ModelException => exception.Message,
        IOException or UnauthorizedAccessException => $"The files could not be written: {exception.Message.TrimEnd('.')}.",
        _ => "The files could not be fetched; the log says why.",
    };

    [LoggerMessage(LogLevel.Error, "The files of {Model} could not be fetched.")]
    private partial void LogFailed(Exception exception, string model);

    private sealed class Follower(ModelFetches fetches, string model) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => fetches._fetches[model] = new ModelFetch { Now = value };
    }
}

/// <summary>How it stands with the fetching of one model.</summary>
internal sealed record ModelFetch
{
    /// <summary>The file that is coming; null before the first byte.</summary>
    public FetchProgress? Now { get; init; }

    /// <summary>Why it ended; null while it goes on.</summary>
    public string? Error { get; init; }
}
