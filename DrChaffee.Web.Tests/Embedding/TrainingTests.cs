using System.Numerics.Tensors;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Training.Corpus;
using DrChaffee.Training.Learning;

namespace DrChaffee.Web.Tests.Embedding;

public sealed class TrainingTests : IDisposable
{
    private static readonly LearningOptions Small = new() { Dimensions = 16, Stems = 60, Buckets = 40, LeastTexts = 1, Batch = 8, Epochs = 30, Rate = 0.02f };

    private readonly string _folder = Directory.CreateTempSubdirectory("chaffee-test-").FullName;

    [Fact]
    public void Equal_seeds_give_equal_bytes()
    {
        Export("one");
        Export("two");

        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "one", "chaffee-embed.safetensors")), File.ReadAllBytes(Path.Combine(_folder, "two", "chaffee-embed.safetensors")));
    }

    [Fact]
    public async Task The_exported_model_computes_what_the_table_says()
    {
        var (vocabulary, table) = Export("model");
        var tokenizer = new EmbeddingTokenizer(vocabulary);
        List<int> rows = [];
        List<float> weights = [];
        foreach (var (stem, count) in tokenizer.Stems("salt raises pressure, salt and unknownword")) tokenizer.AddRows(stem, count, asPieces: false, rows, weights);
        var bag = new TokenBag([.. rows], [.. weights]);
        var expected = new float[table.Dimensions];
        table.Sum(bag, expected);
        TensorPrimitives.Divide(expected, TensorPrimitives.Norm<float>(expected), expected);
        using var embedder = new ShippedEmbedder(Path.Combine(_folder, "model"));

        var embedded = await embedder.GenerateAsync(["salt raises pressure, salt and unknownword"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(expected.Zip(embedded[0].Vector.ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance: 0.02)); // int8 rounds
    }

    [Fact]
    public async Task Training_brings_the_halves_of_a_pair_together()
    {
        Export("model");
        using var embedder = new ShippedEmbedder(Path.Combine(_folder, "model"));

        var vectors = (await embedder.GenerateAsync(["salt", "pressure", "bones"], cancellationToken: TestContext.Current.CancellationToken)).Select(e => e.Vector).ToArray();

        Assert.True(TensorPrimitives.Dot(vectors[0].Span, vectors[1].Span) > TensorPrimitives.Dot(vectors[0].Span, vectors[2].Span) + 0.3f);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (EmbeddingVocabulary Vocabulary, EmbeddingTable Table) Export(string name)
    {
        string[][] subjects = [["salt", "pressure", "blood"], ["sun", "bones", "vitamin"], ["sleep", "morning", "tired"], ["fibre", "gut", "beans"]];
        List<TextPair> pairs = [];
        for (var i = 0; i < 64; i++)
        {
            var words = subjects[i % 4];
            pairs.Add(new TextPair($"{words[i % 3]} {words[(i + 1) % 3]}", $"{words[(i + 2) % 3]} {words[i % 3]}", 1 + i % 4));
        }

        var (vocabulary, stems, table) = new ContrastiveTrainer(Small, TextWriter.Null).Train([pairs]);
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        table.Quantise().Write(Path.Combine(folder, "chaffee-embed.safetensors"));
        EmbeddingVocabulary.Write(Path.Combine(folder, "vocabulary.txt"), stems, Small.Buckets);
        return (vocabulary, table);
    }
}
