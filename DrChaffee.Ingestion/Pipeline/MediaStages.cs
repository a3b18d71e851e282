using System.Threading.Channels;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>The first half of the way: from a media file to what was said in it.</summary>
internal sealed class MediaStages(FetchStage fetch, MediaProbe probe, AudioDecoder decoder, VoiceDetector voices, Transcribers transcribers, ChaffeeSettings settings, TimeProvider time)
{
    public WorkFolder OpenFolder(Guid runId) => new(settings, runId, time);

    public ChannelReader<Transcript> Join(ChannelReader<DiscoveredSource> discovered, StageRunner stages, WorkFolder folder)
    {
        var fetched = stages.Join(discovered, fetch);
        var decoded = stages.Join(fetched, new DecodeStage(probe, decoder, voices, transcribers, folder));
        return stages.Join(decoded, new TranscribeStage(transcribers));
    }
}
