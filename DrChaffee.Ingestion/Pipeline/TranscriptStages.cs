using System.Threading.Channels;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.SpeakerIdentification;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>The second half of the way, the same for recordings and for transcripts that come as files: from words to searchable passages.</summary>
internal sealed class TranscriptStages(IdentifySpeakersStage identifySpeakers, ChunkStage chunk, EmbedStage embed, StoreStage store)
{
    /// <summary>Ends when every transcript that came is stored or its failure recorded.</summary>
    public async Task RunAsync(ChannelReader<Transcript> transcripts, StageRunner stages)
    {
        var spoken = stages.Join(transcripts, identifySpeakers);
        var passaged = stages.Join(spoken, chunk);
        var embedded = stages.Join(passaged, embed);
        var stored = stages.Join(embedded, store);

        await foreach (var done in stored.ReadAllAsync(stages.Token))
        {
            stages.Run.Leases.Forget(done.Source);
            await stages.Run.DoneAsync(done.Source, done.Duration, stages.Token);
        }
    }
}
