using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>Looks at subscribed channels: those with a rescan interval that nobody paused. One that cannot be looked at does not keep the others waiting.</summary>
internal sealed class ChannelRuns(ChaffeeSettings settings, IngestionPipeline pipeline, IngestionRuns runs, ChannelRows rows, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time)
{
    /// <summary>Queues what is new in each channel that is due.</summary>
    /// <returns>What was found, in a sentence.</returns>
    public async Task<string> RescanAsync(CancellationToken cancellationToken)
    {
        var (looked, queued, faults) = (0, 0, new List<string>());
        foreach (var channel in (await SubscribedAsync(cancellationToken)).Where(IsDue))
        {
            try
            {
                // Only the look is done here: a long run over one channel must not keep the others from being looked at.
                var (found, run) = await pipeline.LookAsync(RequestFor(channel) with { NewestFirst = true }, cancellationToken);
                if (found > 0) await runs.StartAsync(run, cancellationToken);
                (looked, queued) = (looked + 1, queued + found);
            }
            catch (IngestionRefusedException ex)
            {
                faults.Add($"{channel.Title}: {ex.Message}");
                await rows.ForgetLookAsync(channel, cancellationToken); // too many runs wait: it stays due
            }
            catch (IngestionException ex)
            {
                faults.Add($"{channel.Title}: {ex.Message}");
                await NoteAsync(channel, ex.Message, cancellationToken);
            }
        }

        if (looked + faults.Count == 0) return "No channel was due.";
        var sentence = $"{Channels(looked)} looked at, {Recordings(queued)} queued.";
        return faults.Count == 0 ? sentence : throw new IngestionException($"{sentence} Not looked at: {string.Join(" ", faults)}");
    }

    /// <summary>Takes in the newest few, over all channels together; a channel that got none this time comes first the next.</summary>
    /// <returns>What became of them, in a sentence.</returns>
    public async Task<string> TakeNewestAsync(CancellationToken cancellationToken)
    {
        var channels = await SubscribedAsync(cancellationToken);
        if (channels.Count == 0) return "No channel is subscribed, so there is nothing to take in.";

        var (left, done, failed, waiting, looked, faults) = (settings.IngestionLimit, 0, 0, 0, 0, new List<string>());
        foreach (var channel in channels)
        {
            if (left <= 0) break;
            try
            {
                var counts = (await pipeline.RunAsync(RequestFor(channel) with { Limit = left, LimitUnprocessed = true, SkipShorts = true, NewestFirst = true }, cancellationToken)).Counts;
                (done, failed, waiting, looked) = (done + counts.Done, failed + counts.Failed, waiting + counts.Waiting, looked + 1);
                left = settings.IngestionLimit - done - failed;
                await NoteAsync(channel, fault: null, cancellationToken);
            }
            catch (IngestionException ex)
            {
                faults.Add($"{channel.Title}: {ex.Message}");
                await NoteAsync(channel, ex.Message, cancellationToken);
            }
        }

        var sentence = $"{Channels(looked)} looked at, {Recordings(done)} taken in{(failed > 0 ? $", {failed} failed" : "")}{(waiting > 0 ? $", {waiting} waiting" : "")}.";
        return faults.Count == 0 ? sentence : throw new IngestionException($"{sentence} Not looked at: {string.Join(" ", faults)}");
    }

    private async Task<IReadOnlyList<Channel>> SubscribedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var channels = await db.Channels.AsNoTracking().Where(c => c.RescanEvery != null && !c.Paused).ToListAsync(cancellationToken);
        return [.. channels.Where(c => ChannelKinds.SourceOf(c.Kind) is not null && IsActive(c)).OrderByDescending(c => c.Priority).ThenBy(c => c.CheckedAt ?? DateTimeOffset.MinValue).ThenBy(c => c.Id)];
    }

    private bool IsDue(Channel channel) => channel.CheckedAt is not { } looked || looked + channel.RescanEvery <= time.GetUtcNow();

    private bool IsActive(Channel channel) =>
        channel is not { ActiveFrom: { } from, ActiveTo: { } to } || WaitReason.IsWithin(from, to, TimeZoneInfo.ConvertTime(time.GetUtcNow(), settings.TimeZone));

    private static IngestionRequest RequestFor(Channel channel) => new()
    {
        Source = ChannelKinds.SourceOf(channel.Kind)!.Value,
        Channel = channel.Address,
        SkipShorts = channel.Filter.SkipShorts,
        Since = channel.Filter.Since,
    };

    private Task NoteAsync(Channel channel, string? fault, CancellationToken cancellationToken) => rows.NoteAsync(channel.Kind, channel.Address, fault, cancellationToken);

    private static string Channels(int count) => count == 1 ? "1 channel" : $"{count} channels";

    private static string Recordings(int count) => count == 1 ? "1 new recording" : $"{count} new recordings";
}
