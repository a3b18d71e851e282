using DrChaffee.Domain;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Import;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>What one process that ingests is made of, with an embedder that costs nothing unless the real one is asked for. Two of them on one database are two machines.</summary>
internal sealed class IngestionProcess : IAsyncDisposable
{
    private readonly TestFolder _data = new();
    private readonly ServiceProvider _services;

    public IngestionProcess(TestDatabase database, ITranscriber? transcriber = null, RunMode mode = RunMode.Local, bool realEmbedder = false, IEmbeddingEngine? engine = null, IReranker? reranker = null, IFetcher? fetcher = null, int limit = 5, FetchSettings? fetch = null)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddDomain(new ChaffeeSettings { ConnectionString = database.ConnectionString, DataDirectory = _data.Path, AudioDirectory = Path.Combine(_data.Path, "audio"), Mode = mode, IngestionLimit = limit, Fetch = fetch ?? new FetchSettings() });
        services.AddIngestion();
        if (!realEmbedder) services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(Embedder);
        if (reranker is not null) services.AddSingleton(reranker);
        if (engine is not null) services.AddSingleton(engine);
        if (fetcher is not null) services.AddSingleton(provider => new FetchStage([fetcher], provider.GetRequiredService<MediaSweep>()));
        if (transcriber is not null) services.AddSingleton(transcriber);
        _services = services.BuildServiceProvider();
    }

    public FakeEmbedder Embedder { get; } = new();

    public string DataDirectory => _data.Path;

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<IngestionReport> IngestAsync(string folder, CancellationToken cancellationToken) =>
        Get<IngestionPipeline>().RunAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = folder }, cancellationToken);

    /// <summary>Does what is queued or due, whoever queued it.</summary>
    public Task<IngestionReport> TakeUpAsync(CancellationToken cancellationToken) => Get<IngestionPipeline>().RunAsync(IngestionRequest.TakeUp(), cancellationToken);

    public Task<IngestionReport> ImportAsync(string path, CancellationToken cancellationToken) =>
        Get<TranscriptImporter>().ImportAsync([path], observer: null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _data.Dispose();
    }
}
