using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Embedding.Onnx;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Web.Tests.Embedding.Onnx;

/// <summary>A model with the dimensions of bge-small-en-v1.5 and random weights, on the processors and on the GPU of a machine that has one: by name, with --explicit only.</summary>
public sealed class OnnxSpeedTests : IDisposable
{
    private readonly TestFolder _models = new();
    private readonly LogMemory _log = new();

    [Fact(Explicit = true)]
    public async Task How_many_passages_a_second_and_the_same_vectors_wherever_it_runs()
    {
        Assert.SkipUnless(new GpuProbe(new ChaffeeSettings { ConnectionString = "" }).IsAvailable && Accelerator.BuiltWith.Contains("CUDA", StringComparison.Ordinal), "This compares a GPU with processors: build with UseCuda, on a machine that has one.");
        _models.Write("small/model.json", """{ "dimensions": 384, "pooling": "cls", "max_tokens": 512 }""");
        _models.Write("small/vocab.txt", string.Join('\n', TinyBert.Vocabulary) + "\n");
        TinyBertGraph.SaveEncoder(new TinyBert(new BertSize(384, 12, 1536, 512, 12)), Path.Combine(_models.Path, "small", "model.onnx"));
        var random = new Random(3);
        string[] words = ["salt", "raises", "blood", "pressure", "why", "does", "question", "passage", "walk", "a", "after", "dinner", "cafe"];
        string[] passages = [.. Enumerable.Range(0, 1024).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(100, 250)).Select(_ => words[random.Next(words.Length)])))];

        var onProcessors = await EmbedAsync(gpu: false, passages[..256]);
        var wherever = await EmbedAsync(gpu: true, passages);

        var most = onProcessors.Zip(wherever).Max(pair => TensorPrimitives.Distance(pair.First.Vector.Span, pair.Second.Vector.Span));
        Write($"the vectors of unit length lie {most:E1} apart at most; built with {Accelerator.BuiltWith}; {string.Join(' ', _log.Lines)}");
        Assert.InRange(most, 0, 1e-5f); // 8.7e-4 where the GPU shortens its numbers
        Assert.Empty(_log.Lines);
    }

    public void Dispose()
    {
        _models.Dispose();
        _log.Dispose();
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(bool gpu, string[] passages)
    {
        var settings = new ChaffeeSettings { ConnectionString = "", ModelsDirectory = _models.Path, GpuAllowed = gpu };
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var catalogue = new ModelCatalogue(settings, logs.CreateLogger<ModelCatalogue>());
        var probe = new GpuProbe(settings);
        using var engine = new OnnxEngine(catalogue, new ModelSums(catalogue), probe, logs.CreateLogger<OnnxEngine>());
        using var embedder = await engine.OpenAsync("small", TestContext.Current.CancellationToken);
        await embedder.GenerateAsync(passages[..64], cancellationToken: TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        var vectors = await embedder.GenerateAsync(passages, cancellationToken: TestContext.Current.CancellationToken);
        var took = Stopwatch.GetElapsedTime(started);

        Write($"{(probe.IsAvailable ? "GPU" : "CPU")}: {passages.Length} passages in {took.TotalSeconds:F2} s, {passages.Length / took.TotalSeconds:F0} a second");
        return vectors;
    }

    private static void Write(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
