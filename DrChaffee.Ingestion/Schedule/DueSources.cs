using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>Takes up what is queued or due to be tried again, whoever left it. How its media is got stands with the source, so no channel need be looked at.</summary>
internal sealed class DueSources(IngestionPipeline pipeline)
{
    /// <returns>What became of them, in a sentence.</returns>
    public async Task<string> RetryAsync(CancellationToken cancellationToken)
    {
        var counts = (await pipeline.RunAsync(IngestionRequest.TakeUp(), cancellationToken)).Counts;
        return counts.Ended == 0
            ? "Nothing was due."
            : $"{counts.Ended} tried again: {counts.Done} done, {counts.Failed} failed{(counts.Waiting > 0 ? $", {counts.Waiting} waiting" : "")}.";
    }
}
