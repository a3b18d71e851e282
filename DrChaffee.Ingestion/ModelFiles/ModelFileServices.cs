using DrChaffee.Domain.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion.ModelFiles;

internal static class ModelFileServices
{
    public static IServiceCollection AddModelFiles(this IServiceCollection services) =>
        services.AddSingleton<ModelCatalogue>().AddSingleton<ModelSums>().AddSingleton<ModelFetches>().AddSingleton(provider => new ModelFetcher(
            provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<ModelCatalogue>(), provider.GetRequiredService<ModelSums>(), provider.GetRequiredService<TimeProvider>()));
}
