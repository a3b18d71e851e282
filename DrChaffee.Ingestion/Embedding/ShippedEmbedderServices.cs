using DrChaffee.Domain.Search.Meaning;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion.Embedding;

public static class ShippedEmbedderServices
{
    /// <summary>Embeds by the model that ships with the program.</summary>
    public static IServiceCollection AddShippedEmbedder(this IServiceCollection services) =>
        services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>, ShippedEmbedder>()
            .AddSingleton<EmbeddingModels>().AddSingleton<IEmbeddingModels>(provider => provider.GetRequiredService<EmbeddingModels>());
}
