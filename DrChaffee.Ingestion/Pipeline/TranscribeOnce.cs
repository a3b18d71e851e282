using System.Threading.Channels;
using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.Transcription.Review;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Has words written down unless an earlier run had them, and keeps them: what costs the most is never done twice.</summary>
internal sealed class TranscribeOnce(TranscribeStage transcribe, StageCheckpoints checkpoints, ReviewMemory reviews) : IStage<DecodedAudio, HeardAudio>
{
    public Stage Stage => Stage.Transcribe;

    public int Parallelism => ((IStage<DecodedAudio, Transcript>)transcribe).Parallelism;

    public async Task<HeardAudio> RunAsync(DecodedAudio work, IProgress<double> progress, CancellationToken cancellationToken) =>
        new(work, work.Media.Kept is { } kept ? new Transcript(work.Source, kept) : await transcribe.RunAsync(work, progress, cancellationToken));

    /// <summary>Keeps each result, lets its files go and heeds what people decided about its lines, beside the transcriber, which is at the next recording by then.</summary>
    public async Task KeepAsync(ChannelReader<HeardAudio> heard, ChannelWriter<Transcript> output, CancellationToken cancellationToken)
    {
        await foreach (var (audio, transcript) in heard.ReadAllAsync(cancellationToken))
        {
            var said = transcript.Said;
            if (audio.Media.Temporary) said = said with { MediaPath = said.MediaPath == audio.Media.MediaPath ? null : said.MediaPath };
            if (audio.Media is { Kept: null, KeptAs: { } key }) await checkpoints.KeepAsync(transcript.Source, Stage.Transcribe, key, said, cancellationToken);
            ((ISourceWork)audio).Discard();
            await output.WriteAsync(await reviews.ApplyAsync(transcript with { Said = said }, cancellationToken), cancellationToken);
        }
    }
}

/// <summary>A recording that was listened to, and what was heard.</summary>
internal sealed record HeardAudio(DecodedAudio Audio, Transcript Transcript) : ISourceWork
{
    public ClaimedSource Source => Transcript.Source;

    public void Discard() => ((ISourceWork)Audio).Discard();
}
