using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Transcription;

/// <summary>Writes down what was said in a recording.</summary>
internal interface ITranscriber
{
    /// <summary>False where a caption file is enough, and decoding hours of audio would be for nothing.</summary>
    bool NeedsSamples { get; }

    /// <summary>What it is and how it stands with it, for screens; null for one that has nothing to tell.</summary>
    TranscriberState? State => null;

    bool CanTranscribe(FetchedMedia media);

    Task<Said> TranscribeAsync(DecodedAudio audio, IProgress<double> progress, CancellationToken cancellationToken);
}
