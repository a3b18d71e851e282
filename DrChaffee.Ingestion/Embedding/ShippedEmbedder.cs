using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.ML.OnnxRuntime;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>
/// The small model that ships with the program: English, a bag of stems, 256 dimensions, no download. Safe from many threads.
/// Vectors are L2-normalised. A text without a word that carries meaning gets the vector whose components are all equal, since a zero vector has no direction.
/// </summary>
public sealed class ShippedEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    private const int BatchSize = 32;
    private static readonly string ModelFolder = Path.Combine(AppContext.BaseDirectory, "Embedding", "Model");

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly EmbeddingTokenizer _tokenizer;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private readonly int _dimensions;

    public ShippedEmbedder() : this(ModelFolder)
    {
    }

    /// <param name="folder">Holds <c>chaffee-embed.onnx</c> and <c>vocabulary.txt</c>.</param>
    internal ShippedEmbedder(string folder)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(Path.Combine(folder, "chaffee-embed.onnx"), options);
        _tokenizer = new EmbeddingTokenizer(EmbeddingVocabulary.Read(Path.Combine(folder, "vocabulary.txt")));
        _dimensions = _session.OutputMetadata["embedding"].Dimensions[1];
        _metadata = new EmbeddingGeneratorMetadata("drchaffee", defaultModelId: _session.ModelMetadata.GraphName, defaultModelDimensions: _dimensions);
    }

    internal EmbeddingTokenizer Tokenizer => _tokenizer;

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> embeddings = [];
        foreach (var batch in values.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var vector in Embed(batch)) embeddings.Add(new Embedding<float>(vector) { ModelId = _metadata.DefaultModelId });
        }

        return Task.FromResult(embeddings);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private float[][] Embed(string[] texts)
    {
        var bags = texts.Select(_tokenizer.Tokenize).ToArray();
        var longest = Math.Max(1, bags.Max(bag => bag.Rows.Length));
        var rows = new long[texts.Length * longest];
        var weights = new float[texts.Length * longest]; // a padded place counts nothing
        for (var i = 0; i < bags.Length; i++)
        {
            for (var t = 0; t < bags[i].Rows.Length; t++) rows[i * longest + t] = bags[i].Rows[t];
            bags[i].Weights.CopyTo(weights, i * longest);
        }

        long[] shape = [texts.Length, longest];
        using var rowsInput = OrtValue.CreateTensorValueFromMemory(rows, shape);
        using var weightsInput = OrtValue.CreateTensorValueFromMemory(weights, shape);
        using var outputs = _session.Run(_run, ["rows", "weights"], [rowsInput, weightsInput], ["embedding"]);
        var vectors = outputs[0].GetTensorDataAsSpan<float>();

        var result = new float[texts.Length][];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = vectors.Slice(i * _dimensions, _dimensions).ToArray();
            if (TensorPrimitives.Norm<float>(result[i]) < 0.5f) Array.Fill(result[i], 1 / MathF.Sqrt(_dimensions));
        }

        return result;
    }
}
