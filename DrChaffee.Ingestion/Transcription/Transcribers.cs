using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Transcription;

/// <summary>The transcribers that this build has, those to prefer first.</summary>
public sealed class Transcribers
{
    internal const string NoneReason = "no transcriber: this recording has no caption file and no speech-to-text engine is installed";

    private readonly ITranscriber[] _transcribers;

    internal Transcribers(IEnumerable<ITranscriber> transcribers) => _transcribers = [.. transcribers];

    /// <summary>What each of them is, and how it stands with it.</summary>
    public IReadOnlyList<TranscriberState> States => [.. _transcribers.Select(transcriber => transcriber.State).OfType<TranscriberState>()];

    /// <summary>True where a recording without captions can be transcribed.</summary>
    public bool HearSpeech => Array.Exists(_transcribers, transcriber => transcriber.NeedsSamples && transcriber.State?.Missing is null);

    /// <summary>Why nothing hears a recording without captions: what the engine lacks that is installed or set up, where one is, and what to do about it.</summary>
    internal string WhyNone => States.FirstOrDefault(state => state is { Device: not null, Missing: not null }) is { } lacking ? WhyNot(lacking) : NoneReason;

    internal static string WhyNot(TranscriberState lacking) =>
        $"no transcriber: this recording has no caption file, and {(lacking.Model is null ? "" : $"{lacking.Engine} does not work: ")}{lacking.Missing!.TrimEnd('.')}";

    internal ITranscriber? For(FetchedMedia media) => Array.Find(_transcribers, transcriber => transcriber.State?.Missing is null && transcriber.CanTranscribe(media));
}
