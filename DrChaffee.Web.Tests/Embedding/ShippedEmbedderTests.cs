using System.Numerics.Tensors;
using DrChaffee.Ingestion.Embedding;
using Microsoft.Extensions.AI;

namespace DrChaffee.Web.Tests.Embedding;

public sealed class ShippedEmbedderTests : IDisposable
{
    private readonly ShippedEmbedder _embedder = new();

    [Theory]
    [InlineData("why am I so tired in the morning", "Go to bed at the same hour every night, keep the room dark, and you will wake rested.", "Put the bolt through the bracket and tighten it by a quarter turn.")]
    [InlineData("what harms the heart", "High blood pressure strains the arteries and can end in a stroke.", "The release adds a flag that prints the version of the compiler.")]
    [InlineData("how do I get strong bones", "Vitamin D and calcium keep the skeleton from thinning in older people.", "We raised our guidance for the third quarter.")]
    public async Task A_question_is_nearer_to_its_answer_than_to_an_unrelated_passage(string question, string answer, string unrelated)
    {
        var vectors = await EmbedAsync(question, answer, unrelated);

        Assert.True(Cosine(vectors[0], vectors[1]) > Cosine(vectors[0], vectors[2]) + 0.1);
    }

    [Fact]
    public async Task Every_vector_has_length_one_and_the_dimensions_that_the_metadata_names()
    {
        var metadata = ((IEmbeddingGenerator)_embedder).GetService<EmbeddingGeneratorMetadata>()!;

        var vectors = await EmbedAsync("salt", "", "the of and", "Ωμέγα 3", string.Join(' ', Enumerable.Range(0, 5_000).Select(i => $"word{i}")));

        Assert.Equal(("drchaffee", "chaffee-embed-1", 256), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.All(vectors, vector => Assert.Equal(metadata.DefaultModelDimensions, vector.Length));
        Assert.All(vectors, vector => Assert.Equal(1, TensorPrimitives.Norm<float>(vector.Span), tolerance: 1e-3));
    }

    [Fact]
    public async Task A_text_is_embedded_alike_alone_and_among_others()
    {
        string[] texts = [.. Enumerable.Range(1, 70).Select(i => string.Join(' ', Enumerable.Repeat($"salt water number {i}", i)))];

        var together = await EmbedAsync(texts);

        foreach (var at in (int[])[0, 31, 32, 69])
            Assert.Equal(1, Cosine(together[at], (await EmbedAsync(texts[at]))[0]), tolerance: 1e-5);
    }

    [Fact]
    public async Task A_word_that_training_never_met_is_near_to_words_of_its_make()
    {
        Assert.Null(_embedder.Tokenizer.Vocabulary.Row("hyperkalemicoid"));

        var vectors = await EmbedAsync("hyperkalemicoid", "hyperkalemic", "bookshop");

        Assert.True(Cosine(vectors[0], vectors[1]) > Cosine(vectors[0], vectors[2]));
    }

    public void Dispose() => _embedder.Dispose();

    private async Task<ReadOnlyMemory<float>[]> EmbedAsync(params string[] texts) =>
        [.. (await _embedder.GenerateAsync(texts, cancellationToken: TestContext.Current.CancellationToken)).Select(e => e.Vector)];

    private static float Cosine(ReadOnlyMemory<float> left, ReadOnlyMemory<float> right) => TensorPrimitives.Dot(left.Span, right.Span);
}
