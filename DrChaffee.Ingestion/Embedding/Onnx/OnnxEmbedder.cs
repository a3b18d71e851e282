using System.Numerics.Tensors;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding.Onnx;

/// <summary>
/// Embeds by a model of the BERT family, pooled, prefixed and normalised as its card says. Texts of like length are read together, so that little is padding;
/// the vectors come in the order of the texts. Safe from many threads.
/// </summary>
internal sealed class OnnxEmbedder(ModelCard card, BertSession session) : IEmbeddingGenerator<string, Embedding<float>>
{
    public const string Output = "last_hidden_state";

    /// <summary>Texts read at once: enough to keep the processors busy, few enough for a small machine's memory.</summary>
    private const int BatchSize = 32;

    private readonly EmbeddingGeneratorMetadata _metadata = new(OnnxEngine.EngineName, defaultModelId: card.Name, defaultModelDimensions: card.Dimensions);

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prefix = options is QuestionEmbeddingOptions ? card.QueryPrefix : card.PassagePrefix;
        TokenRow[] rows = [.. values.Select(text => session.Tokens.Read(prefix + text))];
        var embeddings = new Embedding<float>[rows.Length];
        foreach (var batch in Enumerable.Range(0, rows.Length).OrderBy(i => rows[i].Ids.Length).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Embed(batch, rows, embeddings);
        }

        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(embeddings));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => session.Dispose();

    private void Embed(int[] batch, TokenRow[] rows, Embedding<float>[] embeddings)
    {
        using var outputs = session.Run(Array.ConvertAll(batch, i => rows[i]));
        var shape = outputs[0].GetTensorTypeAndShape().Shape;
        if (shape is not [_, var width, var dimensions] || dimensions != card.Dimensions)
            throw new ModelException($"{card.Name} gives vectors of another shape ([{string.Join(", ", shape)}]) than {card.Dimensions} numbers a token.");

        var hidden = outputs[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < batch.Length; i++)
        {
            var tokens = hidden.Slice((int)(i * width * dimensions), (int)(width * dimensions));
            embeddings[batch[i]] = new Embedding<float>(Pool(tokens, rows[batch[i]].Ids.Length)) { ModelId = card.Name };
        }
    }

    /// <param name="length">Tokens that are no padding.</param>
    private float[] Pool(ReadOnlySpan<float> tokens, int length)
    {
        var vector = tokens[..card.Dimensions].ToArray();
        if (card.Pooling == Pooling.Mean)
            for (var token = 1; token < length; token++) TensorPrimitives.Add(vector, tokens.Slice(token * card.Dimensions, card.Dimensions), vector);
        TensorPrimitives.Divide(vector, Math.Max(TensorPrimitives.Norm<float>(vector), 1e-12f), vector);
        return vector;
    }
}
