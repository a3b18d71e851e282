using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Ingestion.Alerts;
using DrChaffee.Ingestion.Capacity;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Embedding.Endpoint;
using DrChaffee.Ingestion.Embedding.Onnx;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Ingestion.Import;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Reranking;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Ingestion.SpeakerIdentification;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Ingestion.Storing;
using DrChaffee.Ingestion.Telemetry;
using DrChaffee.Ingestion.Transcription;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion;

public static class IngestionServices
{
    /// <summary>The stages, what joins them, and the runs that a page may start. Needs what <c>AddDomain</c> brings.</summary>
    public static IServiceCollection AddIngestion(this IServiceCollection services)
    {
        // From a file to its words
        services.AddSources();
        services.AddSingleton<MediaProbe>().AddSingleton<AudioDecoder>();
        services.AddTranscribers();
        services.AddSingleton<WorkQueue>().AddSingleton<HostCircuits>().AddSingleton<StageCheckpoints>();
        services.AddSingleton<MediaStages>();

        // From words to passages that are found
        services.AddShippedEmbedder().AddModelFiles().AddModelSwitching();
        services.AddSingleton<IEmbeddingEngine, OnnxEngine>().AddSingleton<IEmbeddingEngine, OpenAiEngine>();
        services.AddSingleton<IdentifySpeakersStage>().AddSingleton<ChunkStage>().AddSingleton<EmbedStage>().AddSingleton<StoreStage>();
        services.AddSingleton<VectorFiller>().AddSingleton<LibraryModel>().AddSingleton<VectorUpkeep>();
        services.AddSingleton<ReferenceRows>().AddSingleton<TranscriptStore>().AddSingleton<VectorIndex>().AddSingleton<Domain.Sync.ISyncUpkeep, SyncUpkeep>();
        services.AddSingleton<TranscriptStages>();

        services.AddSingleton<IReranker, OnnxReranker>();

        services.AddSingleton(provider => new SourceSteering(
            provider.GetRequiredService<Npgsql.NpgsqlDataSource>(), provider.GetRequiredService<WorkQueue>(), provider.GetRequiredService<HostCircuits>(), provider.GetRequiredService<IngestionPolicy>(),
            provider.GetRequiredService<IngestionRuns>(), provider.GetRequiredService<Domain.Data.DatabaseState>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new QueueBook(provider.GetRequiredService<Npgsql.NpgsqlDataSource>(), provider.GetRequiredService<WorkQueue>(), provider.GetRequiredService<TimeProvider>()));

        // What others watch
        services.AddSingleton<QueueCount>().AddSingleton<IngestionMeter>();
        services.AddSingleton<Domain.Telemetry.IStoredFigures>(provider => provider.GetRequiredService<IngestionMeter>());

        // What this machine can do
        services.AddSingleton<GpuProbe>().AddSingleton<NetworkProbe>().AddSingleton<Doctor>();
        services.AddMachineMeter();
        services.AddSingleton(provider => new CapacityBook(
            provider.GetRequiredService<Domain.Settings.ChaffeeSettings>(), provider.GetRequiredService<Domain.Library.LibraryQueries>(), provider.GetRequiredService<Embedding.Switching.ModelOverview>(),
            provider.GetRequiredService<Domain.Capacity.DatabaseMeter>(), provider.GetRequiredService<Domain.Capacity.GrowthReader>(), provider.GetRequiredService<Domain.Operations.IngestionStatistics>(),
            provider.GetRequiredService<QueueBook>(), provider.GetRequiredService<DiskMeter>(), provider.GetRequiredService<Domain.Search.Index.IndexMeter>(), provider.GetRequiredService<TimeProvider>()));

        services.AddSingleton<DocumentLoader>();

        // Runs
        services.AddSingleton<IngestionPolicy>().AddSingleton<RunPlanner>().AddSingleton<RunFactory>();
        services.AddSingleton(provider => new IngestionPipeline(
            provider.GetRequiredService<IngestionPolicy>(), provider.GetRequiredService<Domain.Settings.ChaffeeSettings>(), provider.GetServices<IRecordingFinder>(), provider.GetRequiredService<RunPlanner>(),
            provider.GetRequiredService<RunFactory>(), provider.GetRequiredService<WorkQueue>(), provider.GetRequiredService<HostCircuits>(), provider.GetRequiredService<MediaStages>(),
            provider.GetRequiredService<TranscriptStages>(), provider.GetRequiredService<VectorUpkeep>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TranscriptImporter(
            provider.GetRequiredService<IngestionPolicy>(), provider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<Domain.Data.ChaffeeDbContext>>(),
            provider.GetRequiredService<RunFactory>(), provider.GetRequiredService<TranscriptStages>(), provider.GetRequiredService<VectorUpkeep>(), provider.GetRequiredService<VectorIndex>()));
        services.AddSingleton<IngestionRuns>().AddHostedService<IngestionRunsWorker>().AddHostedService<VectorUpkeepWorker>();
        services.AddAlerts();
        services.AddSchedule();
        return services;
    }

    /// <summary>For a process that does nothing but work on what is queued.</summary>
    public static IServiceCollection AddQueueWorker(this IServiceCollection services) => services.AddHostedService<QueueWorker>();
}
