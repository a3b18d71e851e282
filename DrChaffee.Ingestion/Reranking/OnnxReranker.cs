using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Embedding.Onnx;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Reranking;

/// <summary>Runs the cross-encoder that <c>RERANKER_MODEL</c> names; silent where none is named. Where it cannot be run, that is logged once, search goes on without, and it is tried again after a while.</summary>
internal sealed partial class OnnxReranker(ModelCatalogue catalogue, ModelSums sums, ChaffeeSettings settings, GpuProbe gpu, TimeProvider time, ILogger<OnnxReranker> logger) : IReranker, IDisposable
{
    private const string Output = "logits";

    /// <summary>Rows read at once; they are of like length.</summary>
    private const int BatchSize = 10;

    private static readonly TimeSpan RefusalKept = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _opening = new(1);
    private BertSession? _session;
    private (DateTimeOffset Until, string Reason)? _refusal;

    public bool IsSet => settings.RerankerModel is not null && !(time.GetUtcNow() < _refusal?.Until);

    public async Task<IReadOnlyList<float>?> ScoreAsync(string question, IReadOnlyList<string> passages, CancellationToken cancellationToken)
    {
        if (settings.RerankerModel is not { } model || !IsSet) return null;
        try
        {
            var session = _session ?? await OpenAsync(model, cancellationToken);
            List<float> scores = new(passages.Count);
            foreach (var batch in passages.Chunk(BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                scores.AddRange(Score(session, model, Array.ConvertAll(batch, passage => session.Tokens.ReadPair(question, passage))));
            }

            return scores;
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (_refusal?.Reason != ex.Message) LogRefused(ex, model);
            _refusal = (time.GetUtcNow() + RefusalKept, ex.Message);
            return null;
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _opening.Dispose();
    }

    private async Task<BertSession> OpenAsync(string model, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_session is not null) return _session;
            var card = await sums.RequireAsync(model, ModelKind.Reranker, cancellationToken);
            return _session = new BertSession(catalogue, card, Output, gpu.IsAvailable, logger);
        }
        finally
        {
            _opening.Release();
        }
    }

    private static float[] Score(BertSession session, string model, TokenRow[] rows)
    {
        using var outputs = session.Run(rows);
        return outputs[0].GetTensorTypeAndShape().Shape is [_, 1]
            ? outputs[0].GetTensorDataAsSpan<float>().ToArray()
            : throw new ModelException($"{model} gives no single number for a question and a passage, so it orders nothing.");
    }

    [LoggerMessage(LogLevel.Error, "The reranker {Model} cannot be used; results stay in the order that the legs give them.")]
    private partial void LogRefused(Exception exception, string model);
}
