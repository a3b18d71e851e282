using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;

namespace DrChaffee.Ingestion.Decoding;

/// <summary>Makes samples where a transcriber wants them, and learns how long the recording is.</summary>
internal sealed class DecodeStage(MediaProbe probe, AudioDecoder decoder, Transcribers transcribers, WorkFolder folder) : IStage<FetchedMedia, DecodedAudio>
{
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
            await decoder.DecodeAsync(work.MediaPath, wav, duration, progress, cancellationToken);
            return new DecodedAudio(work.Source, work, wav, duration);
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
}
