using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>
/// The small model that ships with the program: English, a bag of stems, 256 dimensions, no download. Safe from many threads.
/// A vector is the L2-normalised sum of √count times the row of each stem, the length of a row being the weight of its word.
/// A text without a word that carries meaning gets the vector whose components are all equal, since a zero vector has no direction.
/// </summary>
public sealed class ShippedEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    internal const string Engine = "drchaffee";
    internal const string Name = "chaffee-embed-1";

    private static readonly string ModelFolder = Path.Combine(AppContext.BaseDirectory, "Embedding", "Model");

    private readonly StemTable _table;
    private readonly LibraryWords? _library;
    private readonly EmbeddingTokenizer _tokenizer;
    private readonly EmbeddingGeneratorMetadata _metadata;

    public ShippedEmbedder() : this(ModelFolder)
    {
    }

    /// <param name="folder">Holds <c>chaffee-embed.safetensors</c> and <c>vocabulary.txt</c>.</param>
    internal ShippedEmbedder(string folder)
    {
        using (var file = File.OpenRead(Path.Combine(folder, "chaffee-embed.safetensors"))) _table = StemTable.Read(file);
        _tokenizer = new EmbeddingTokenizer(EmbeddingVocabulary.Read(Path.Combine(folder, "vocabulary.txt")));
        _metadata = Describe(Name);
    }

    private ShippedEmbedder(ShippedEmbedder original, LibraryWords library)
    {
        (_table, _tokenizer, _library) = (original._table, original._tokenizer, library);
        _metadata = Describe(library.ModelName);
    }

    internal EmbeddingTokenizer Tokenizer => _tokenizer;

    internal int Dimensions => _table.Dimensions;

    /// <summary>The same model with the words of a library as that library uses them.</summary>
    internal ShippedEmbedder For(LibraryWords library) => new(this, library);

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> embeddings = [];
        foreach (var text in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            embeddings.Add(new Embedding<float>(Embed(_tokenizer.Stems(text))) { ModelId = _metadata.DefaultModelId });
        }

        return Task.FromResult(embeddings);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    internal float[] Embed(IReadOnlyList<(string Stem, int Count)> stems)
    {
        var vector = new float[Dimensions];
        foreach (var (stem, count) in stems) Add(stem, MathF.Sqrt(count), vector);
        var length = TensorPrimitives.Norm<float>(vector);
        if (length < 1e-6f) Array.Fill(vector, 1 / MathF.Sqrt(vector.Length));
        else TensorPrimitives.Divide(vector, length, vector);
        return vector;
    }

    /// <summary>The stem's own row before any library: for a stem that training never met, the sum of the rows of its pieces.</summary>
    internal void Original(string stem, float weight, Span<float> sum)
    {
        if (_tokenizer.Vocabulary.Row(stem) is { } row)
        {
            _table.Add(row, weight, sum);
            return;
        }

        var pieces = _tokenizer.Vocabulary.Pieces(stem);
        foreach (var piece in pieces) _table.Add(piece, weight / MathF.Sqrt(pieces.Count), sum);
    }

    private void Add(string stem, float weight, Span<float> sum)
    {
        if (_library?.TryAdd(stem, weight, sum) != true) Original(stem, weight, sum);
    }

    private EmbeddingGeneratorMetadata Describe(string name) => new(Engine, defaultModelId: name, defaultModelDimensions: _table.Dimensions);
}
