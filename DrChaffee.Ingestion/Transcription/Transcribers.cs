using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Transcription;

/// <summary>The transcribers that this build has, those to prefer first.</summary>
internal sealed class Transcribers(IEnumerable<ITranscriber> transcribers)
{
    public const string NoneReason = "no transcriber: this recording has no caption file and no speech-to-text engine is installed";

    private readonly ITranscriber[] _transcribers = [.. transcribers];

    public ITranscriber? For(FetchedMedia media) => Array.Find(_transcribers, transcriber => transcriber.CanTranscribe(media));

    /// <summary>True where a recording without captions can be transcribed.</summary>
    public bool HearSpeech => Array.Exists(_transcribers, transcriber => transcriber.NeedsSamples);
}
