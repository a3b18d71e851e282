using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Telemetry;
using DrChaffee.Ingestion.Transcription.Ledger;

namespace DrChaffee.Ingestion.Transcription;

/// <summary>Has the words written down by the first transcriber that can, and marks what it may have invented. A recording that none can take waits for one.</summary>
internal sealed class TranscribeStage(Transcribers transcribers, IngestionMeter meter) : IStage<DecodedAudio, Transcript>
{
    public Stage Stage => Stage.Transcribe;

    public async Task<Transcript> RunAsync(DecodedAudio work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var transcriber = transcribers.For(work.Media) ?? throw new SourceWaitsException(transcribers.WhyNone);
        var said = await transcriber.TranscribeAsync(work, progress, cancellationToken);
        if ((said.Duration ?? work.Duration) is { } audio) meter.Transcribed(said.Engine.Name, audio);
        return new Transcript(work.Source, transcriber.NeedsSamples ? said with { Lines = Suspicion.Mark(said.Lines, work.Speech) } : said);
    }
}
