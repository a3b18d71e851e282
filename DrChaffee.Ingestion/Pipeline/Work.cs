using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Download;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>What passes from stage to stage: it always knows the source that it belongs to.</summary>
internal interface ISourceWork
{
    ClaimedSource Source { get; }

    /// <summary>Length of the recording, where the stage that made this found it.</summary>
    TimeSpan? Duration => null;

    /// <summary>Deletes the files that were made for this work alone.</summary>
    void Discard()
    {
    }
}

/// <summary>A recording that is to be fetched.</summary>
/// <param name="Keep">True where the audio belongs in this machine's own store, whatever becomes of the place it came from.</param>
internal sealed record DiscoveredSource(ClaimedSource Source, FetchPlan Plan, bool Keep) : ISourceWork;

/// <summary>A recording whose media is on this machine.</summary>
/// <param name="Temporary">True where the media was fetched for this run alone, and goes when the source is done.</param>
internal sealed record FetchedMedia(ClaimedSource Source, string MediaPath, string? CaptionPath, bool Temporary = false) : ISourceWork
{
    /// <summary>What was said, where an earlier run got that far: nothing is decoded or transcribed again.</summary>
    public Said? Kept { get; init; }

    /// <summary>Names the media and the engine for whoever keeps what the engine makes of it; null where that is not worth keeping.</summary>
    public string? KeptAs { get; init; }

    public void Discard()
    {
        if (!Temporary) return;
        File.Delete(MediaPath);
        if (CaptionPath is not null) File.Delete(CaptionPath);
    }
}

/// <summary>A recording as a transcriber takes it. Stages pass paths, never hours of samples.</summary>
/// <param name="WavPath">16 kHz mono PCM; null where the transcriber at hand needs no samples.</param>
internal sealed record DecodedAudio(ClaimedSource Source, FetchedMedia Media, string? WavPath, TimeSpan? Duration) : ISourceWork
{
    /// <summary>Where somebody speaks, in order; null where that is not known.</summary>
    public IReadOnlyList<VoiceActivity.SpeechStretch>? Speech { get; init; }

    public void Discard()
    {
        if (WavPath is not null) File.Delete(WavPath);
        ((ISourceWork)Media).Discard();
    }
}

/// <summary>What was said.</summary>
internal sealed record Transcript(ClaimedSource Source, Said Said) : ISourceWork;

/// <summary>What was said, and by whom.</summary>
internal sealed record SpokenTranscript(ClaimedSource Source, Said Said, IReadOnlyList<SpokenSegment> Segments) : ISourceWork;

/// <summary>The units that are found, before they have vectors.</summary>
internal sealed record PassagedTranscript(SpokenTranscript Spoken, IReadOnlyList<Chunking.PassageDraft> Passages) : ISourceWork
{
    public ClaimedSource Source => Spoken.Source;
}

/// <summary>Ready to be stored.</summary>
/// <param name="Vectors">One for each passage, in turn; none where embedding failed.</param>
internal sealed record EmbeddedTranscript(PassagedTranscript Passaged, int ModelId, IReadOnlyList<Pgvector.HalfVector> Vectors) : ISourceWork
{
    public ClaimedSource Source => Passaged.Source;
}

/// <summary>Searchable.</summary>
internal sealed record StoredSource(ClaimedSource Source, TimeSpan Duration) : ISourceWork;

/// <summary>What made a transcript, as every segment records it.</summary>
internal sealed record EngineStamp(string Name, string Model, string Version);

/// <summary>A transcriber's whole result for one recording.</summary>
/// <param name="ContentHash">Names what the transcript was read from, for the next run to see whether it changed.</param>
internal sealed record Said(IReadOnlyList<TranscriptLine> Lines, EngineStamp Engine, string? ContentHash, string? MediaPath, TimeSpan? Duration);

/// <summary>One line with the person who speaks it.</summary>
internal sealed record SpokenSegment(TranscriptLine Line, SpeakerLabel? Speaker, string? SuspectReason = null);

/// <summary>A speaker as a transcript names one.</summary>
/// <param name="Local">True for a label such as "Speaker 2", which means someone else in every recording.</param>
internal sealed record SpeakerLabel(string Name, bool Local);
