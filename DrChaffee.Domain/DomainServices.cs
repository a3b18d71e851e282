using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Capacity;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Data.Roles;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Lab;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Query;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Bundles;
using DrChaffee.Domain.Sync.Runs;
using DrChaffee.Domain.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace DrChaffee.Domain;

public static class DomainServices
{
    /// <summary>The store and what reads it. Search also needs an <c>IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt;</c>, which ingestion brings.</summary>
    public static IServiceCollection AddDomain(this IServiceCollection services, ChaffeeSettings settings)
    {
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);

        // Store
        services.AddSingleton(_ => StoreOptions.OpenPool(settings.ConnectionString, "primary"));
        services.AddPooledDbContextFactory<ChaffeeDbContext>((provider, options) => options.UseChaffeeStore(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<DatabaseState>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<ReadOnlyRoles>();
        services.AddSingleton<LibraryReader>();

        // Search
        services.AddSingleton<SketchLoader>();
        services.AddSingleton<LibraryIndexFollower>();
        services.AddSingleton<WordsLeg>();
        services.AddSingleton<CorpusWords>();
        services.AddSingleton<Spelling>();
        services.AddSingleton<PhraseFilter>();
        services.AddSingleton(provider => new Suggestions(provider.GetRequiredService<WordsLeg>(), provider.GetRequiredService<CorpusWords>(), provider.GetRequiredService<LibraryReader>()));
        services.AddSingleton<QuestionEmbedder>();
        services.AddSingleton<MeaningLeg>();
        services.AddSingleton<SearchTurns>();
        services.AddSingleton<Highlighter>();
        services.AddSingleton<VectorScores>();
        services.AddSingleton<NearestVectors>();
        services.AddSingleton<HitReader>();
        services.AddSingleton<FacetReader>();
        services.AddSingleton<FilterResolver>();
        services.AddSingleton(provider => new SecondReading(provider.GetRequiredService<LibraryReader>(), provider.GetService<IReranker>()));
        services.AddSingleton(provider => new HybridSearch(
            provider.GetRequiredService<WordsLeg>(), provider.GetRequiredService<MeaningLeg>(), provider.GetRequiredService<FilterResolver>(), provider.GetRequiredService<PhraseFilter>(),
            provider.GetRequiredService<Spelling>(), provider.GetRequiredService<HitReader>(), provider.GetRequiredService<FacetReader>(),
            provider.GetRequiredService<SecondReading>(), provider.GetRequiredService<SearchTurns>(),
            provider.GetRequiredService<LibraryReader>(), provider.GetRequiredService<DomainMeter>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSearchLab();

        // Library and operations
        services.AddSingleton<LibraryQueries>();
        services.AddSingleton<IngestionFeed>().AddSingleton<EventLog>().AddSingleton<IngestionStatistics>();
        services.AddSingleton<DatabaseMeter>().AddSingleton<GrowthReader>().AddSingleton(provider => new IndexMeter(provider.GetRequiredService<LibraryIndexFollower>()));

        // What others watch
        services.AddMetrics();
        services.AddSingleton<DomainMeter>().AddSingleton<IStoredFigures>(provider => provider.GetRequiredService<DomainMeter>());

        // Other libraries; what they leave to be embedded, ingestion does
        services.AddSingleton<LibrarySync>().AddSingleton<SyncRuns>().AddSingleton<SyncDesk>().AddSingleton<BundleWriter>().AddSingleton<BundleSync>();
        return services;
    }

    /// <summary>Keeps the index in memory in step with the database; for processes that answer searches.</summary>
    public static IServiceCollection AddSearchFollowing(this IServiceCollection services) =>
        services.AddHostedService<ReplicaWatch>().AddHostedService(provider => provider.GetRequiredService<LibraryIndexFollower>()).AddHostedService(provider => provider.GetRequiredService<CorpusWords>());
}
