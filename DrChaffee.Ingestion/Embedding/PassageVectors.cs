using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.AI;
using Pgvector;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Vectors as they are stored: one a text, each as long as the model's own. What a server elsewhere runs may change under the same name.</summary>
internal static class PassageVectors
{
    /// <exception cref="ModelException">What came is not that.</exception>
    public static async Task<HalfVector[]> EmbedAsync(
        IEmbeddingGenerator<string, Embedding<float>> embedder, IReadOnlyCollection<string> texts, int dimensions, CancellationToken cancellationToken)
    {
        var embeddings = await embedder.GenerateAsync(texts, cancellationToken: cancellationToken);
        if (embeddings.Count != texts.Count) throw new ModelException($"The embedding model gives {embeddings.Count} vectors for {texts.Count} passages.");
        if (embeddings.FirstOrDefault(embedding => embedding.Vector.Length != dimensions) is { } other)
            throw new ModelException($"The embedding model gives vectors of {other.Vector.Length} numbers, and those it gave before have {dimensions}: it is another model of the same name.");
        return [.. embeddings.Select(embedding => HalfVectors.From(embedding.Vector.Span))];
    }
}
