using System.Threading.Channels;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>
/// Takes sources from the queue as the stages can take them: those of the run, and while those are in others' hands, what anybody left. Ends when all that the
/// run queued has ended, whoever did it, or cannot go on for now.
/// </summary>
internal sealed class QueueFeeder(WorkQueue queue, HostCircuits circuits, IngestionRun run, HostTurns turns, TimeProvider time)
{
    private const int PageSize = 64;
    private const int MostPages = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AbandonedEvery = TimeSpan.FromMinutes(1);

    private readonly HashSet<long> _own = [];
    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);
    private readonly Queue<QueuedSource> _next = new();
    private long _lookedAt;
    private int _turnsSeen;

    /// <summary>What the run itself put into the queue.</summary>
    public void Own(IReadOnlyDictionary<string, long> queued)
    {
        _own.UnionWith(queued.Values);
        _counted.UnionWith(queued.Keys);
    }

    /// <param name="mostOthers">How many sources of others it may take; 0 where it does only its own.</param>
    /// <param name="untilEmpty">True for a run without sources of its own: it ends when there is nothing to take.</param>
    public async Task FeedAsync(int mostOthers, bool untilEmpty, ChannelWriter<DiscoveredSource> output, CancellationToken cancellationToken)
    {
        var abandonedAt = long.MinValue;
        while (untilEmpty || _own.Count > 0)
        {
            if (abandonedAt == long.MinValue || time.GetElapsedTime(abandonedAt) > AbandonedEvery)
            {
                await queue.GiveUpAbandonedAsync(cancellationToken);
                abandonedAt = time.GetTimestamp();
            }

            if (await TakeAsync(mostOthers, cancellationToken) is { } taken)
            {
                if (!_own.Remove(taken.Source.Id)) mostOthers--;
                if (_counted.Add(taken.Source.Key)) run.Tally.FoundAnother(taken.Source.Key);
                await run.DiscoveredAsync(taken.Source, cancellationToken);
                await output.WriteAsync(taken, cancellationToken);
                continue;
            }

            var freed = turns.Freed;
            if (untilEmpty && !turns.AnyTaken && _turnsSeen == turns.GivenBack) return;
            await SettleAsync(cancellationToken);
            if (untilEmpty || _own.Count > 0) await Task.WhenAny(freed, Task.Delay(Pause, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<DiscoveredSource?> TakeAsync(int mostOthers, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_lookedAt) > LookEvery || _turnsSeen != turns.GivenBack) _next.Clear(); // priorities, pauses and circuits may have changed
        if (_next.Count == 0)
        {
            (_lookedAt, _turnsSeen) = (time.GetTimestamp(), turns.GivenBack);
            await LookAsync(mostOthers, cancellationToken);
        }

        while (_next.TryDequeue(out var queued))
        {
            if (mostOthers == 0 && !_own.Contains(queued.Id)) continue;
            if (queued.Host is { } host)
            {
                if (!turns.IsFree(host)) continue;
                if (_turnsSeen != turns.GivenBack) return await TakeAsync(mostOthers, cancellationToken); // it may be free because it began to refuse: look anew
                if (queued.Standing.HostOpenUntil is not null && !await circuits.TryProbeAsync(host, cancellationToken)) continue;
            }

            if (await DatabasePatience.AskAsync(() => run.Leases.TakeAsync(queued.Id, cancellationToken), time, cancellationToken) is not var (source, plan)) continue;
            if (queued.Host is { } asked) turns.Take(source.Id, asked);
            return new DiscoveredSource(source, plan.Plan, plan.Keep);
        }

        return null;
    }

    private async Task LookAsync(int mostOthers, CancellationToken cancellationToken)
    {
        long[] own = [.. _own];
        for (var page = 0; page < MostPages && _next.Count == 0; page++)
        {
            var found = await queue.LookAsync(own, mostOthers == 0, page * PageSize, PageSize, cancellationToken);
            foreach (var queued in found)
            {
                if (WaitReason.Obstacle(queued.Standing, time.GetUtcNow(), time.LocalTimeZone) is null && (queued.Host is not { } host || turns.IsFree(host))) _next.Enqueue(queued);
            }

            if (found.Count < PageSize) return;
        }
    }

    /// <summary>Counts what became of the run's own sources in other hands, and lets go of those that cannot go on for now.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (_own.Count == 0) return;
        var standing = (await queue.StandingAsync([.. _own], cancellationToken)).ToDictionary(source => source.Id);
        var now = time.GetUtcNow();
        foreach (var id in _own.ToList())
        {
            if (!standing.TryGetValue(id, out var source))
            {
                _own.Remove(id);
                await run.SkippedAsync("", "A recording", "it was deleted meanwhile", cancellationToken);
                continue;
            }

            var (key, title, state) = (source.Key, source.Title, source.Standing);
            if ((state.AllPaused && state.State is SourceState.Queued or SourceState.Working) || state.LeaseUntil > now || WaitReason.Obstacle(state, now, time.LocalTimeZone) is not { } obstacle) continue;
            if (source.Host is { } host && turns.IsAsked(host)) continue; // its answer may close the circuit
            _own.Remove(id);
            await (state.State switch
            {
                SourceState.Done => run.SkippedAsync(key, title, "another run did it", cancellationToken),
                SourceState.Failed => run.FailedStillAsync(key, title, Stage.Discover, state.FailureClass ?? FailureClass.Ours, state.StateReason ?? "It failed.", cancellationToken),
                _ => run.WaitsStillAsync(key, title, Stage.Discover, obstacle, cancellationToken),
            });
        }
    }
}
