using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Transcription;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Takes recordings from where they lie to where they can be searched.</summary>
public sealed class IngestionPipeline
{
    private readonly IngestionPolicy _policy;
    private readonly ChaffeeSettings _settings;
    private readonly Dictionary<SourceKind, IRecordingFinder> _finders;
    private readonly RunPlanner _planner;
    private readonly RunFactory _runs;
    private readonly WorkQueue _queue;
    private readonly HostCircuits _circuits;
    private readonly MediaStages _mediaStages;
    private readonly TranscriptStages _transcriptStages;
    private readonly VectorUpkeep _upkeep;
    private readonly TimeProvider _time;

    internal IngestionPipeline(
        IngestionPolicy policy, ChaffeeSettings settings, IEnumerable<IRecordingFinder> finders, RunPlanner planner, RunFactory runs, WorkQueue queue, HostCircuits circuits,
        MediaStages mediaStages, TranscriptStages transcriptStages, VectorUpkeep upkeep, TimeProvider time)
    {
        (_policy, _settings, _finders, _planner) = (policy, settings, finders.ToDictionary(finder => finder.Kind), planner);
        (_runs, _queue, _circuits, _mediaStages, _transcriptStages, _upkeep, _time) = (runs, queue, circuits, mediaStages, transcriptStages, upkeep, time);
    }

    /// <summary>The endings of the files that are recordings.</summary>
    public static IReadOnlyCollection<string> Formats => FolderDiscovery.MediaExtensions;

    /// <summary>False where the build was made without that source.</summary>
    public bool Finds(SourceKind source) => _finders.ContainsKey(source);

    /// <summary>
    /// Puts what was found into the queue and works on it, beside every other process on the same database. Ends when all of it has ended, whoever did it, or
    /// waits for something that this run cannot wait for.
    /// </summary>
    /// <exception cref="IngestionException">The run cannot be done at all; the message says why in a sentence.</exception>
    public async Task<IngestionReport> RunAsync(IngestionRequest request, IProgress<RunUpdate>? observer, CancellationToken cancellationToken)
    {
        _policy.Check(request);
        if (request.TakesUp) return await TakeUpAsync(request, observer, cancellationToken);
        var finder = FinderOf(request);
        if (request.DryRun) return DryReport(request, await PlanAsync(finder, request, cancellationToken));

        return await WorkAsync(request.RunId, request.Describe(), observer, async (run, feeder) =>
        {
            var plan = request.Plan ?? await PlanAsync(finder, request, cancellationToken); // may read for minutes, so the run shows already
            run.Tally.Found(plan.Count);
            feeder.Own(await QueueAsync(plan, request, run, cancellationToken));
        }, _policy.TakesUpOthers ? int.MaxValue : 0, untilEmpty: false, cancellationToken);
    }

    /// <summary>Looks at a channel, and leaves what there is to do to a run that need not look again.</summary>
    /// <returns>How many recordings are to be worked on, and the request for that run.</returns>
    internal async Task<(int New, IngestionRequest Request)> LookAsync(IngestionRequest request, CancellationToken cancellationToken)
    {
        _policy.Check(request);
        var plan = await PlanAsync(FinderOf(request), request, cancellationToken);
        return (plan.Count(planned => planned.Admission == Admission.Work), request with { Plan = plan });
    }

    /// <summary>Until nothing is left that can be done now. On a production machine as many as one night may bring.</summary>
    private Task<IngestionReport> TakeUpAsync(IngestionRequest request, IProgress<RunUpdate>? observer, CancellationToken cancellationToken) => WorkAsync(
        request.RunId, request.Describe(), observer, (_, _) => Task.CompletedTask, _policy.TakesUpOthers ? int.MaxValue : _settings.IngestionLimit, untilEmpty: true, cancellationToken);

    public Task<IngestionReport> RunAsync(IngestionRequest request, CancellationToken cancellationToken) => RunAsync(request, observer: null, cancellationToken);

    private IRecordingFinder FinderOf(IngestionRequest request) => _finders.GetValueOrDefault(request.Source)
        ?? throw new IngestionException($"This build was made without the source {NameOf(request.Source)}; use --source yt-dlp, which lists the same channels.");

    private async Task<IReadOnlyList<PlannedSource>> PlanAsync(IRecordingFinder finder, IngestionRequest request, CancellationToken cancellationToken) =>
        await _planner.PlanAsync(await finder.FindAsync(request, cancellationToken), request, _policy.LimitOf(request), cancellationToken);

    private async Task<IngestionReport> WorkAsync(
        Guid runId, string title, IProgress<RunUpdate>? observer, Func<IngestionRun, QueueFeeder, Task> prepare, int mostOthers, bool untilEmpty, CancellationToken cancellationToken)
    {
        using var workFolder = _mediaStages.OpenFolder(runId);
        await using var run = _runs.Open(runId, quiet: false, observer);
        await using var stages = _runs.OpenStages(run, cancellationToken);
        var turns = new HostTurns();
        var feeder = new QueueFeeder(_queue, _circuits, run, turns, _time);
        return await run.GuardAsync(title, async () =>
        {
            await prepare(run, feeder);
            var discovered = stages.Start<DiscoveredSource>(1, output => feeder.FeedAsync(mostOthers, untilEmpty, output, stages.Token));
            await _transcriptStages.RunAsync(_mediaStages.Join(discovered, stages, workFolder, turns), stages);
            await DatabasePatience.DoAsync(() => _upkeep.RunAsync(cancellationToken), _time, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Tells what the run passes by, puts the rest into the queue, and gives what is its own there.</summary>
    private async Task<IReadOnlyDictionary<string, long>> QueueAsync(IReadOnlyList<PlannedSource> plan, IngestionRequest request, IngestionRun run, CancellationToken cancellationToken)
    {
        Dictionary<string, WorkOrder> orders = new(StringComparer.Ordinal);
        foreach (var (recording, facts, _, admission, reason) in plan)
        {
            if (admission == Admission.Skip)
                await run.SkippedAsync(facts.Key, facts.Title, reason!, cancellationToken);
            else if (admission == Admission.Wait)
                await run.WaitsStillAsync(facts.Key, facts.Title, Stage.Transcribe, reason ?? Transcribers.NoneReason, cancellationToken);
            else if (admission == Admission.Failed)
                await run.SkippedAsync(facts.Key, facts.Title, $"failed before: {reason}", cancellationToken);
            else if (!orders.TryAdd(facts.Key, new WorkOrder(facts, recording.Plan, request.StoreAudioLocally || _settings.StoreAudioLocally)))
                await run.SkippedAsync("", facts.Title, "the same recording as another", cancellationToken);
        }

        var queued = await _queue.PutAsync([.. orders.Values], request.Force, cancellationToken);
        foreach (var (key, order) in orders)
        {
            if (!queued.ContainsKey(key)) await run.SkippedAsync(key, order.Facts.Title, "another run has it", cancellationToken);
        }

        await run.PlannedAsync(queued.Count, LengthOf(queued.Keys.Select(key => orders[key].Facts.Duration)), cancellationToken);
        return queued;
    }

    private static TimeSpan? LengthOf(IEnumerable<TimeSpan?> durations) => durations.Aggregate((TimeSpan?)null, (sum, length) => length is null ? sum : (sum ?? TimeSpan.Zero) + length);

    private static IngestionReport DryReport(IngestionRequest request, IReadOnlyList<PlannedSource> plan)
    {
        var counts = new RunCounts(plan.Count, 0, plan.Count(p => p.Admission == Admission.Failed), plan.Count(p => p.Admission == Admission.Wait), plan.Count(p => p.Admission == Admission.Skip));
        return new IngestionReport(request.RunId, counts, [], TimeSpan.Zero, TimeSpan.Zero, [.. plan.Where(p => p.Admission == Admission.Work).Select(p => p.Facts.Title)])
        {
            LeftOut = [.. plan.Where(p => p.LeftOut).Select(p => new LeftOutRecording(p.Facts.Title, p.Reason!))],
        };
    }

    private static string NameOf(SourceKind source) => source == SourceKind.YtDlp ? "yt-dlp" : source.ToString().ToLowerInvariant();
}
