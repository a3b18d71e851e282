using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Origins;
using DrChaffee.Domain.Sync.Targets;
using Npgsql;

namespace DrChaffee.Domain.Sync;

/// <summary>Brings one library's changes into another: what one side changed since they last agreed is taken, what the other changed stays, and what both did is listed.</summary>
public sealed class LibrarySync(ISyncUpkeep upkeep, TimeProvider time)
{
    /// <summary>Called before each statement that writes; tests end a sync there.</summary>
    internal Action Step { get; init; } = () => { };

    /// <summary>Whether a sync may begin at all; nothing is compared yet.</summary>
    /// <exception cref="SyncException">It may not; one sentence says why.</exception>
    public static async Task CheckAsync(string from, string to, CancellationToken cancellationToken)
    {
        await using var there = await LibraryEnd.OpenAsync(from, cancellationToken);
        await using var here = await LibraryEnd.OpenAsync(to, cancellationToken);
        await SyncGate.CheckAsync(there, here, dryRun: false, cancellationToken);
    }

    /// <param name="from">The connection string of the library that is read.</param>
    /// <param name="to">That of the one that is written.</param>
    /// <exception cref="SyncException">They cannot be brought together; one sentence says why.</exception>
    public async Task<SyncReport> RunAsync(string from, string to, SyncOptions options, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await using var there = await LibraryEnd.OpenAsync(from, cancellationToken);
        await using var here = await LibraryEnd.OpenAsync(to, cancellationToken);
        await SyncGate.CheckAsync(there, here, options.DryRun, cancellationToken);
        return await GuardAsync(async () =>
        {
            await using var origin = await DatabaseOrigin.OpenAsync(there, cancellationToken);
            return await RunAsync(origin, here, to, options, progress, cancellationToken);
        });
    }

    internal async Task<SyncReport> RunAsync(ISyncOrigin origin, LibraryEnd here, string to, SyncOptions options, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (tally, done) = (new SyncTally(), 0);
        await using var target = await SyncTarget.OpenAsync(here, origin, options.DryRun, upkeep, Step, cancellationToken);
        var check = new SyncCheck(here, target.Model.Id);
        var position = options.Verify ? 0 : target.Position;
        await foreach (var plans in EachAsync(origin, target, here.Library, position, options, cancellationToken))
        {
            foreach (var plan in plans)
            {
                tally.Add(plan);
                check.Expect(plan);
            }

            progress?.Report(new SyncProgress(done += plans.Count, origin.Total, plans.FirstOrDefault(plan => plan.Writes)?.Title ?? plans[0].Title));
        }

        if (options.DryRun) return Report(tally.ConflictCount, tally.Conflicts, [], []);
        await target.FinishAsync(origin.Version, cancellationToken);
        var tables = await check.RunAsync(cancellationToken);
        var (open, conflicts) = await ConflictBook.OpenAsync(here, origin.Library, cancellationToken);
        var report = Report(open, conflicts, tables, check.Explained);
        if (tally.Recordings is not { Added: 0, Changed: 0 }) await upkeep.FinishAsync(to, cancellationToken);
        return report;

        SyncReport Report(int open, IReadOnlyList<SyncConflict> conflicts, IReadOnlyList<TableCheck> tables, IReadOnlyList<ExplainedDifference> explained) => new(
            origin.Name, here.Name, options.DryRun, position, origin.Version, tally.Recordings, tally.Segments, tally.Passages, open, tally.First, conflicts, tables, explained,
            position == 0, target.Model.Note, Math.Round(time.GetElapsedTime(started).TotalSeconds, 2));
    }

    /// <summary>What breaks off in the middle is told in one sentence too: nothing is lost, and a repeat goes on.</summary>
    internal static async Task<T> GuardAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (NpgsqlException ex)
        {
            throw new SyncException($"The sync broke off ({(ex as PostgresException)?.MessageText ?? ex.Message}); run it again: it goes on where it stopped.", ex);
        }
    }

    /// <summary>The origin prepares the next batch while the target writes this one.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<SourcePlan>> EachAsync(
        ISyncOrigin origin, SyncTarget target, Guid library, long position, SyncOptions options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var batches = origin.BatchesAsync(library, position, await target.ConflictedAsync(cancellationToken), ended.Token).GetAsyncEnumerator(ended.Token);
        var next = batches.MoveNextAsync().AsTask();
        try
        {
            while (await next)
            {
                var batch = batches.Current;
                next = Task.Run(() => batches.MoveNextAsync().AsTask(), CancellationToken.None);
                yield return options.DryRun ? await target.PlanAsync(batch, options.Prefer, cancellationToken) : await target.ApplyAsync(origin, batch, options.Prefer, cancellationToken);
            }
        }
        finally
        {
            if (!next.IsCompletedSuccessfully) await ended.CancelAsync();
            await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default); // its own connection must be at rest before it is closed
        }
    }
}
