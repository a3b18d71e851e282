using System.Threading.Channels;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Telemetry;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.Transcription.Review;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>The first half of the way: from a media file to what was said in it.</summary>
internal sealed class MediaStages(
    FetchStage fetch, MediaProbe probe, AudioDecoder decoder, VoiceDetector voices, Transcribers transcribers, HostCircuits circuits, StageCheckpoints checkpoints, ReviewMemory reviews, IngestionMeter meter, ChaffeeSettings settings, TimeProvider time)
{
    public WorkFolder OpenFolder(Guid runId) => new(settings, runId, time);

    /// <summary>Fetching and decoding run ahead of the transcriber by a few recordings, so that it never waits and the disk never fills.</summary>
    public ChannelReader<Transcript> Join(ChannelReader<DiscoveredSource> discovered, StageRunner stages, WorkFolder folder, HostTurns turns)
    {
        var fetched = stages.Join(discovered, new FetchInTurn(fetch, circuits, turns, checkpoints, transcribers));
        var decoded = stages.Join(fetched, new DecodeStage(probe, decoder, voices, transcribers, folder));
        var transcribe = new TranscribeOnce(new TranscribeStage(transcribers, meter), checkpoints, reviews);
        var heard = stages.Join(decoded, transcribe);
        return stages.Start<Transcript>(1, output => transcribe.KeepAsync(heard, output, stages.Token));
    }
}
