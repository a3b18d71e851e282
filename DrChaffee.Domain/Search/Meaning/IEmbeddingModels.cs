using Microsoft.Extensions.AI;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Which model search uses, and what embeds for it in this process.</summary>
public interface IEmbeddingModels
{
    /// <summary>The active model; null where nothing was embedded yet. Known up to a second late.</summary>
    Task<ActiveModel?> ActiveAsync(CancellationToken cancellationToken);
}

/// <summary>A model whose vectors can be searched.</summary>
/// <param name="Embedder">Null where this process does not have the model.</param>
/// <param name="Coverage">The share of passages that have a vector of it, 0 to 1; as it was a minute or more ago.</param>
public sealed record ActiveModel(int Id, string Name, int Dimensions, double Coverage, IEmbeddingGenerator<string, Embedding<float>>? Embedder);
