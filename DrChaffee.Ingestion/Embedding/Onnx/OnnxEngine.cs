using System.Collections.Concurrent;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Embedding.Onnx;

/// <summary>Runs the catalogue's embedding models in this process. A model is loaded when it is first asked for, after its files were held against their hashes.</summary>
internal sealed class OnnxEngine(ModelCatalogue catalogue, ModelSums sums, GpuProbe gpu, ILogger<OnnxEngine> logger) : IEmbeddingEngine, IDisposable
{
    public const string EngineName = "onnx";

    private readonly ConcurrentDictionary<string, OnnxEmbedder> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1);

    public string Name => EngineName;

    public IReadOnlyList<string> Offered => [.. catalogue.All.Where(card => card.Kind == ModelKind.Embedding).Select(card => card.Name), .. catalogue.Broken];

    public async Task<IEmbeddingGenerator<string, Embedding<float>>> OpenAsync(string model, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(model, out var known)) return known;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _open.TryGetValue(model, out known) ? known : _open[model] = await LoadAsync(model, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    public void Dispose()
    {
        foreach (var embedder in _open.Values) embedder.Dispose();
        _opening.Dispose();
    }

    private async Task<OnnxEmbedder> LoadAsync(string model, CancellationToken cancellationToken)
    {
        var card = await sums.RequireAsync(model, ModelKind.Embedding, cancellationToken);
        return new OnnxEmbedder(card, new BertSession(catalogue, card, OnnxEmbedder.Output, gpu.IsAvailable, logger));
    }
}
