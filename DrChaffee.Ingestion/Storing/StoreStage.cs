using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Storing;

/// <summary>Makes a source searchable.</summary>
internal sealed class StoreStage(TranscriptStore store) : IStage<EmbeddedTranscript, StoredSource>
{
    public Stage Stage => Stage.Store;

    public int Parallelism => 2;

    public async Task<StoredSource> RunAsync(EmbeddedTranscript work, IProgress<double> progress, CancellationToken cancellationToken) =>
        new(work.Source, await store.StoreAsync(work, cancellationToken));
}
