using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>A way to run embedding models beside the one that ships with the program.</summary>
internal interface IEmbeddingEngine
{
    /// <summary>As <c>embedding_models.engine</c> has it.</summary>
    string Name { get; }

    /// <summary>The models that it could run here, whether their files have come or not.</summary>
    IReadOnlyList<string> Offered { get; }

    /// <summary>The model, ready to embed; the same one for everybody who asks.</summary>
    /// <exception cref="ModelFiles.ModelException">This process does not have it; the message says what is missing.</exception>
    Task<IEmbeddingGenerator<string, Embedding<float>>> OpenAsync(string model, CancellationToken cancellationToken);
}
