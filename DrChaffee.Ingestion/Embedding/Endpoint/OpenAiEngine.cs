using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding.Endpoint;

/// <summary>The one model that <c>EMBEDDING_MODEL</c> names, run by a server elsewhere.</summary>
internal sealed class OpenAiEngine(ChaffeeSettings settings, ModelCatalogue catalogue, TimeProvider time) : IEmbeddingEngine, IDisposable
{
    public const string EngineName = "openai";

    private readonly Lazy<OpenAiEmbedder?> _embedder = new(() => settings.EmbeddingEndpoint is { } endpoint
        ? new OpenAiEmbedder(endpoint, catalogue.All.FirstOrDefault(card => card.Name == endpoint.Model || card.Repository == endpoint.Model), time) : null);

    public string Name => EngineName;

    public IReadOnlyList<string> Offered => settings.EmbeddingEndpoint is { } endpoint ? [endpoint.Model] : [];

    public Task<IEmbeddingGenerator<string, Embedding<float>>> OpenAsync(string model, CancellationToken cancellationToken) =>
        model == settings.EmbeddingEndpoint?.Model && _embedder.Value is { } embedder
            ? Task.FromResult<IEmbeddingGenerator<string, Embedding<float>>>(embedder)
            : throw new ModelException($"{model} is run by an embedding endpoint, and this process has none for it; set EMBEDDING_MODEL={model} and EMBEDDING_BASE_URL.");

    public void Dispose()
    {
        if (_embedder.IsValueCreated) _embedder.Value?.Dispose();
    }
}
