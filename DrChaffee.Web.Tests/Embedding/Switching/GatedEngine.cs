using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.AI;

namespace DrChaffee.Web.Tests.Embedding.Switching;

/// <summary>Offers one model beside the process's own, as another engine would; a test may hold it back, have it fail, or take it away.</summary>
internal sealed class GatedEngine : IEmbeddingEngine
{
    public const string Model = "other letters";

    public FakeEmbedder Embedder { get; } = new();

    public bool Here { get; set; } = true;

    public string Name => "gated";

    public IReadOnlyList<string> Offered => [Model];

    public Task<IEmbeddingGenerator<string, Embedding<float>>> OpenAsync(string model, CancellationToken cancellationToken) =>
        Here ? Task.FromResult<IEmbeddingGenerator<string, Embedding<float>>>(Embedder) : throw new ModelException($"{model} was taken away.");
}
