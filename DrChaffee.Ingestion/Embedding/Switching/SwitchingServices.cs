using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion.Embedding.Switching;

internal static class SwitchingServices
{
    public static IServiceCollection AddModelSwitching(this IServiceCollection services)
    {
        services.AddSingleton<ModelRows>().AddSingleton<ModelSwitch>().AddHostedService<ModelSwitchWorker>();
        services.AddSingleton(provider => new ModelChoice(
            provider.GetRequiredService<IngestionPolicy>(), provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(), provider.GetServices<IEmbeddingEngine>(),
            provider.GetRequiredService<EmbeddingModels>(), provider.GetRequiredService<ModelRows>(), provider.GetRequiredService<ModelSwitch>(), provider.GetRequiredService<ModelFetches>(), provider.GetRequiredService<IDbContextFactory<ChaffeeDbContext>>()));
        services.AddSingleton(provider => new ModelOverview(
            provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<ModelCatalogue>(), provider.GetRequiredService<ModelFetches>(), provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(),
            provider.GetServices<IEmbeddingEngine>(), provider.GetRequiredService<IDbContextFactory<ChaffeeDbContext>>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
