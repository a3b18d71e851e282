using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Transcription;

/// <summary>Takes the words from the caption file beside a recording: a person wrote it, or another program did.</summary>
internal sealed class CaptionTranscriber : ITranscriber
{
    /// <summary>Rises when the readers change what they make of a file.</summary>
    public const int ReaderVersion = 1;

    public static readonly EngineStamp Engine = new("captions", "file", $"{ReaderVersion}");

    public bool NeedsSamples => false;

    public TranscriberState State => new(Engine.Name, Model: null, Device: null);

    public bool CanTranscribe(FetchedMedia media) => media.CaptionPath is not null;

    public async Task<Said> TranscribeAsync(DecodedAudio audio, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var path = audio.Media.CaptionPath!;
        try
        {
            var hash = await ContentFingerprint.OfTranscriptAsync(path, cancellationToken);
            var document = await TranscriptFile.ReadAsync(path, cancellationToken);
            return new Said(document.Lines, Engine, hash, audio.Media.MediaPath, audio.Duration ?? document.Duration);
        }
        catch (TranscriptFormatException ex)
        {
            throw new SourceFailedException(FailureClass.Broken, $"The caption file {Path.GetFileName(path)} cannot be read: {ex.Message}", ex);
        }
    }
}
