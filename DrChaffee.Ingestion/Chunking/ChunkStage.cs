using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Chunking;

/// <summary>Cuts what was said into the units that are found.</summary>
internal sealed class ChunkStage : IStage<SpokenTranscript, PassagedTranscript>
{
    public Stage Stage => Stage.Chunk;

    public Task<PassagedTranscript> RunAsync(SpokenTranscript work, IProgress<double> progress, CancellationToken cancellationToken) =>
        Task.FromResult(new PassagedTranscript(work, PassageChunker.Cut(work.Segments)));
}
