using Pgvector;

namespace DrChaffee.Domain.Search;

/// <summary>One passage's vector by one model.</summary>
public sealed class PassageEmbedding
{
    public long PassageId { get; init; }
    public Passage? Passage { get; init; }
    public int ModelId { get; init; }
    public EmbeddingModel? Model { get; init; }

    /// <summary>L2-normalised, of the model's dimensions, in half precision.</summary>
    public required HalfVector Embedding { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
