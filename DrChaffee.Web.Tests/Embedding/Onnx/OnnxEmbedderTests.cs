using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Embedding.Onnx;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrChaffee.Web.Tests.Embedding.Onnx;

public sealed class OnnxEmbedderTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly TinyBert _bert = new();
    private readonly TestFolder _models = new();
    private readonly OnnxEngine _engine;

    public OnnxEmbedderTests()
    {
        var settings = new ChaffeeSettings { ConnectionString = "", ModelsDirectory = _models.Path };
        var catalogue = new ModelCatalogue(settings, NullLogger<ModelCatalogue>.Instance);
        _engine = new OnnxEngine(catalogue, new ModelSums(catalogue), new GpuProbe(settings), NullLogger<OnnxEngine>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vectors_are_those_that_plain_arithmetic_gives_whatever_is_embedded_with_them()
    {
        using var embedder = await OpenAsync("cls");

        var vectors = await embedder.GenerateAsync(["Salt raises blood pressure.", "Walking", "Why? Salts!"], cancellationToken: Token);

        AssertNear(First("[CLS] passage : salt raises blood pressure . [SEP]"), vectors[0]);
        AssertNear(First("[CLS] passage : walk ##ing [SEP]"), vectors[1]);
        AssertNear(First("[CLS] passage : why ? salt ##s [UNK] [SEP]"), vectors[2]);
    }

    [Fact]
    public async Task A_question_begins_as_the_model_wants_its_questions_to_begin()
    {
        using var embedder = await OpenAsync("cls");

        var vectors = await embedder.GenerateAsync(["Does salt?"], new QuestionEmbeddingOptions(), Token);

        AssertNear(First("[CLS] question : does salt ? [SEP]"), vectors[0]);
    }

    [Fact]
    public async Task Mean_pooling_takes_every_token_and_no_padding()
    {
        using var embedder = await OpenAsync("mean");

        var vectors = await embedder.GenerateAsync(["walk", "a walk after dinner . a walk after dinner"], cancellationToken: Token);

        AssertNear(TinyBertByHand.Mean(TinyBertByHand.Encode(_bert, TinyBert.Ids("[CLS] passage : walk [SEP]"))), vectors[0]);
    }

    [Fact]
    public async Task Accents_and_capitals_make_no_difference_and_a_text_too_long_is_cut()
    {
        using var embedder = await OpenAsync("cls", maxTokens: 8);

        var vectors = await embedder.GenerateAsync(["CAFÉ after dinner, a walk after a walk after a walk"], cancellationToken: Token);

        AssertNear(First("[CLS] passage : cafe after dinner [UNK] [SEP]"), vectors[0]);
    }

    [Fact]
    public async Task A_file_of_whole_numbers_gives_nearly_the_same_vectors()
    {
        using var embedder = await OpenAsync("cls", int8: true);

        var vector = (await embedder.GenerateAsync(["Salt raises blood pressure."], cancellationToken: Token))[0].Vector.ToArray();
        var exact = TinyBertByHand.Normalised(First("[CLS] passage : salt raises blood pressure . [SEP]"));

        Assert.InRange(vector.Zip(exact, (v, e) => v * e).Sum(), 0.99, 0.999_999_9);
    }

    [Fact]
    public async Task More_texts_than_fit_a_batch_come_back_in_their_order()
    {
        using var embedder = await OpenAsync("cls");
        string[] texts = [.. Enumerable.Range(0, 75).Select(i => string.Join(' ', Enumerable.Repeat("salt", 1 + i * 7 % 15)))];

        var together = await embedder.GenerateAsync(texts, cancellationToken: Token);

        foreach (var at in (int[])[0, 31, 32, 74])
            AssertNear([.. (await embedder.GenerateAsync([texts[at]], cancellationToken: Token))[0].Vector.ToArray().Select(v => (double)v)], together[at]);
    }

    [Fact]
    public async Task A_model_that_is_not_what_it_was_when_it_came_is_refused()
    {
        Write("cls", 24, int8: false);
        _models.Write("tiny/SHA256SUMS", $"{new string('0', 64)}  vocab.txt\n");

        var refusal = await Assert.ThrowsAsync<ModelException>(() => _engine.OpenAsync("tiny", Token));

        Assert.Contains("vocab.txt is not the file that belongs to tiny", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_told_in_a_sentence()
    {
        Write("cls", 24, int8: false);
        _models.Write("tiny/SHA256SUMS", $"{new string('0', 64)}  vocab.txt\n");
        await using var held = new FileStream(Path.Combine(_models.Path, "tiny", "vocab.txt"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var refusal = await Assert.ThrowsAsync<ModelException>(() => _engine.OpenAsync("tiny", Token));

        Assert.Contains("vocab.txt cannot be read: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_description_that_cannot_be_read_refuses_that_model_alone()
    {
        Write("cls", 24, int8: false);
        _models.Write("broken/model.json", "{");

        var refusal = await Assert.ThrowsAsync<ModelException>(() => _engine.OpenAsync("broken", Token));
        var other = await _engine.OpenAsync("tiny", Token);

        Assert.Contains("model.json cannot be read: ", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(other);
        Assert.Contains("bge-small-en-v1.5", _engine.Offered);
    }

    [Fact]
    public async Task What_is_no_model_is_told_in_a_sentence()
    {
        Write("cls", 24, int8: false);
        _models.Write("tiny/model.onnx", "no model");

        var refusal = await Assert.ThrowsAsync<ModelException>(() => _engine.OpenAsync("tiny", Token));

        Assert.StartsWith("tiny cannot be loaded from ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _models.Dispose();
    }

    private Task<IEmbeddingGenerator<string, Embedding<float>>> OpenAsync(string pooling, int maxTokens = TinyBert.Positions, bool int8 = false)
    {
        Write(pooling, maxTokens, int8);
        return _engine.OpenAsync("tiny", Token);
    }

    private void Write(string pooling, int maxTokens, bool int8)
    {
        _models.Write("tiny/model.json", $$"""{ "dimensions": {{TinyBert.Hidden}}, "pooling": "{{pooling}}", "max_tokens": {{maxTokens}}, "query_prefix": "question: ", "passage_prefix": "passage: " }""");
        _models.Write("tiny/vocab.txt", string.Join('\n', TinyBert.Vocabulary) + "\n");
        TinyBertGraph.SaveEncoder(_bert, Path.Combine(_models.Path, "tiny", "model.onnx"), int8);
    }

    private double[] First(string pieces) => TinyBertByHand.Encode(_bert, TinyBert.Ids(pieces))[0];

    private static void AssertNear(double[] expected, Embedding<float> found)
    {
        var normalised = TinyBertByHand.Normalised(expected);
        Assert.Equal(normalised.Length, found.Vector.Length);
        Assert.All(normalised.Zip(found.Vector.ToArray()), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
