using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Transcription;

/// <summary>Has the words written down by the first transcriber that can. A recording that none can take waits for one.</summary>
internal sealed class TranscribeStage(Transcribers transcribers) : IStage<DecodedAudio, Transcript>
{
    public Stage Stage => Stage.Transcribe;

    public async Task<Transcript> RunAsync(DecodedAudio work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var transcriber = transcribers.For(work.Media) ?? throw new SourceWaitsException(Transcribers.NoneReason);
        try
        {
            return new Transcript(work.Source, await transcriber.TranscribeAsync(work, progress, cancellationToken));
        }
        finally
        {
            if (work.WavPath is { } wav) File.Delete(wav);
        }
    }
}
