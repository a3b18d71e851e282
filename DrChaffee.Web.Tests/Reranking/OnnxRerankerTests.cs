using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Reranking;
using DrChaffee.Web.Tests.Embedding.Onnx;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Reranking;

public sealed class OnnxRerankerTests : IDisposable
{
    private readonly TinyBert _bert = new();
    private readonly TestFolder _models = new();
    private readonly LogMemory _log = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scores_are_those_that_plain_arithmetic_gives_for_question_and_passage_together()
    {
        Write("tiny");
        using var reranker = Reranker("tiny");

        var scores = await reranker.ScoreAsync("Why salt?", ["Salt raises blood pressure.", "A walk", "a walk after dinner . a walk after dinner . a walk after dinner . a walk"], Token);

        Assert.Equal(3, scores!.Count);
        Assert.Equal(ByHand("[CLS] why salt ? [SEP]", "salt raises blood pressure . [SEP]"), scores[0], 1e-4);
        Assert.Equal(ByHand("[CLS] why salt ? [SEP]", "a walk [SEP]"), scores[1], 1e-4);
        Assert.Equal(ByHand("[CLS] why salt ? [SEP]", "a walk after dinner . a walk after dinner . a walk after dinner . a walk [SEP]"), scores[2], 1e-4);
    }

    [Fact]
    public async Task Without_a_model_it_says_nothing_and_with_one_that_is_not_there_it_says_so_once()
    {
        using var none = Reranker(null);
        using var missing = Reranker("ms-marco-MiniLM-L6-v2");

        Assert.Null(await none.ScoreAsync("Why salt?", ["Salt."], Token));
        Assert.Empty(_log.Lines);
        Assert.Null(await missing.ScoreAsync("Why salt?", ["Salt."], Token));
        Assert.Null(await missing.ScoreAsync("Why salt?", ["Salt."], Token));
        Assert.Single(_log.Errors, line => line.Contains("run 'drchaffee models fetch ms-marco-MiniLM-L6-v2'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_no_model_refuses_it_for_a_while_and_no_search_fails()
    {
        Write("tiny");
        _models.Write("tiny/model.onnx", "no model");
        using var reranker = Reranker("tiny");

        var refused = await reranker.ScoreAsync("Why salt?", ["Salt."], Token);
        Write("tiny");
        var atOnce = reranker.IsSet;
        _time.Advance(TimeSpan.FromSeconds(31));
        var later = await reranker.ScoreAsync("Why salt?", ["Salt."], Token);

        Assert.Null(refused);
        Assert.False(atOnce);
        Assert.Single(later!);
    }

    public void Dispose() => _models.Dispose();

    private OnnxReranker Reranker(string? model)
    {
        var settings = new ChaffeeSettings { ConnectionString = "", ModelsDirectory = _models.Path, RerankerModel = model };
        var catalogue = new ModelCatalogue(settings, NullLogger<ModelCatalogue>.Instance);
        return new OnnxReranker(catalogue, new ModelSums(catalogue), settings, new GpuProbe(settings), _time, LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<OnnxReranker>());
    }

    private void Write(string name)
    {
        _models.Write($"{name}/model.json", $$"""{ "kind": "reranker", "max_tokens": {{TinyBert.Positions}} }""");
        _models.Write($"{name}/vocab.txt", string.Join('\n', TinyBert.Vocabulary) + "\n");
        TinyBertGraph.SaveClassifier(_bert, Path.Combine(_models.Path, name, "model.onnx"));
    }

    private double ByHand(string question, string passage)
    {
        var (first, second) = (TinyBert.Ids(question), TinyBert.Ids(passage));
        return TinyBertByHand.Classify(_bert, [.. first, .. second], first.Length);
    }
}
