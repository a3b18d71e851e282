using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.Extensions.Logging;
using Pgvector;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Gives each passage its vector. Where that fails the transcript is stored all the same: words find it, the failure is counted, and the vectors are made later.</summary>
internal sealed partial class EmbedStage(EmbeddingModels models, ILogger<EmbedStage> logger) : IStage<PassagedTranscript, EmbeddedTranscript>
{
    private const int BatchSize = 128;

    public Stage Stage => Stage.Embed;

    public int Parallelism => 2;

    public async Task<EmbeddedTranscript> RunAsync(PassagedTranscript work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (model, dimensions, embedder) = await models.CurrentAsync(cancellationToken);
        try
        {
            List<HalfVector> vectors = new(work.Passages.Count);
            foreach (var batch in work.Passages.Chunk(BatchSize))
            {
                vectors.AddRange(await PassageVectors.EmbedAsync(embedder, Array.ConvertAll(batch, passage => Text(work.Source.Facts, passage)), dimensions, cancellationToken));
                progress.Report((double)vectors.Count / work.Passages.Count);
            }

            return new EmbeddedTranscript(work, model, vectors);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogFailed(ex, work.Source.Key);
            await models.ReportAsync(model, ex.Message, cancellationToken);
            return new EmbeddedTranscript(work, model, []);
        }
    }

    private static string Text(SourceFacts facts, PassageDraft passage) =>
        PassageText.Of(facts.Title, facts.PublishedAt, passage.Speaker is { Local: false } speaker ? speaker.Name : null, passage.Text);

    [LoggerMessage(LogLevel.Error, "The passages of {Source} could not be embedded; they are found by words, and embedded later.")]
    private partial void LogFailed(Exception exception, string source);
}
