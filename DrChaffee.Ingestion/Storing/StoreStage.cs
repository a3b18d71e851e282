using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Storing;

/// <summary>Makes a source searchable; media that was fetched for this alone goes then.</summary>
internal sealed class StoreStage(TranscriptStore store, AudioStore audio) : IStage<EmbeddedTranscript, StoredSource>
{
    public Stage Stage => Stage.Store;

    public int Parallelism => 2;

    public async Task<StoredSource> RunAsync(EmbeddedTranscript work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var origin = work.Source.Facts.Origin;
        var temporary = audio.IsTemporary(origin);
        var duration = await store.StoreAsync(temporary ? WithoutMedia(work) : work, cancellationToken);
        if (temporary) audio.Release(origin);
        return new StoredSource(work.Source, duration);
    }

    /// <summary>Nobody shall be offered to play what is about to go.</summary>
    private static EmbeddedTranscript WithoutMedia(EmbeddedTranscript work)
    {
        var spoken = work.Passaged.Spoken;
        return work with { Passaged = work.Passaged with { Spoken = spoken with { Said = spoken.Said with { MediaPath = null } } } };
    }
}
