using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Decoding;

/// <summary>Makes samples where a transcriber wants them, finds where in them somebody speaks, and learns how long the recording is.</summary>
internal sealed class DecodeStage(MediaProbe probe, AudioDecoder decoder, VoiceDetector voices, Transcribers transcribers, WorkFolder folder) : IStage<FetchedMedia, DecodedAudio>
{
    /// <summary>Of the stage's time; finding speech takes the rest.</summary>
    private const double DecodingShare = 0.3;

    public Stage Stage => Stage.Decode;

    /// <summary>Decoding is far quicker than transcribing; two see to it that a long recording does not keep short ones waiting.</summary>
    public int Parallelism => 2;

    public async Task<DecodedAudio> RunAsync(FetchedMedia work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (work.Kept is { } kept) return new DecodedAudio(work.Source, work, WavPath: null, kept.Duration ?? work.Source.Facts.Duration);
        var needsSamples = transcribers.For(work)?.NeedsSamples ?? false;
        try
        {
            var duration = await probe.DurationAsync(work.MediaPath, cancellationToken);
            if (!needsSamples) return new DecodedAudio(work.Source, work, WavPath: null, duration);

            var wav = folder.FileFor(work.Source.Id);
            await decoder.DecodeAsync(work.MediaPath, wav, duration, new Share(progress, 0, DecodingShare), cancellationToken);
            return new DecodedAudio(work.Source, work, wav, duration) { Speech = await SpeechAsync(wav, new Share(progress, DecodingShare, 1), cancellationToken) };
        }
        catch (MediaToolMissingException) when (!needsSamples)
        {
            return new DecodedAudio(work.Source, work, WavPath: null, work.Source.Facts.Duration); // captions do without
        }
        catch (MediaToolMissingException ex)
        {
            throw new SourceWaitsException(ex.Message);
        }
    }

    /// <summary>Leaves no samples behind if it fails.</summary>
    private async Task<IReadOnlyList<SpeechStretch>?> SpeechAsync(string wav, IProgress<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await voices.DetectAsync(wav, progress, cancellationToken);
        }
        catch (ModelException ex)
        {
            File.Delete(wav);
            throw new SourceWaitsException(ex.Message); // the recording is not to blame
        }
        catch
        {
            File.Delete(wav);
            throw;
        }
    }

    /// <summary>Tells the progress of a part of the stage as that of the whole.</summary>
    private sealed class Share(IProgress<double> whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + (to - from) * value);
    }
}
