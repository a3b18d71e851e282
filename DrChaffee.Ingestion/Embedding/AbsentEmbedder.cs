using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Stands for the active model where this process does not have it: what it is given stays without vectors, and the failure is counted as any other.</summary>
internal sealed class AbsentEmbedder(string model, string? reason) : IEmbeddingGenerator<string, Embedding<float>>
{
    public static ModelException Failure(string model, string? reason) => new(reason ?? $"Passages are embedded with {model}, which this process does not have.");

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) => throw Failure(model, reason);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
