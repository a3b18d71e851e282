using System.Threading.Channels;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
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
    private readonly MediaStages _mediaStages;
    private readonly TranscriptStages _transcriptStages;
    private readonly VectorUpkeep _upkeep;

    internal IngestionPipeline(
        IngestionPolicy policy, ChaffeeSettings settings, IEnumerable<IRecordingFinder> finders, RunPlanner planner, RunFactory runs, MediaStages mediaStages,
        TranscriptStages transcriptStages, VectorUpkeep upkeep)
    {
        (_policy, _settings, _finders, _planner) = (policy, settings, finders.ToDictionary(finder => finder.Kind), planner);
        (_runs, _mediaStages, _transcriptStages, _upkeep) = (runs, mediaStages, transcriptStages, upkeep);
    }

    /// <summary>The endings of the files that are recordings.</summary>
    public static IReadOnlyCollection<string> Formats => FolderDiscovery.MediaExtensions;

    /// <summary>Ends when everything that was found has ended, well or not.</summary>
    /// <exception cref="IngestionException">The run cannot be done at all; the message says why in a sentence.</exception>
    public async Task<IngestionReport> RunAsync(IngestionRequest request, IProgress<RunUpdate>? observer, CancellationToken cancellationToken)
    {
        _policy.Check(request);
        if (!_finders.TryGetValue(request.Source, out var finder))
            throw new IngestionException($"This build was made without the source {NameOf(request.Source)}; use --source yt-dlp, which lists the same channels.");

        if (request.DryRun) return DryReport(request, await PlanAsync(finder, request, cancellationToken));

        using var workFolder = _mediaStages.OpenFolder(request.RunId);
        await using var run = _runs.Open(request.RunId, quiet: false, observer);
        await using var stages = _runs.OpenStages(run, cancellationToken);
        return await run.GuardAsync(request.Describe(), async () =>
        {
            var plan = await PlanAsync(finder, request, cancellationToken); // may read for minutes, so the run shows already
            run.Tally.Found(plan.Count);
            var discovered = stages.Start<DiscoveredSource>(1, output => AdmitAsync(plan, request, run, output, stages.Token));
            var transcribed = _mediaStages.Join(discovered, stages, workFolder);
            await _transcriptStages.RunAsync(transcribed, stages);
            await _upkeep.RunAsync(cancellationToken);
        }, cancellationToken);
    }

    public Task<IngestionReport> RunAsync(IngestionRequest request, CancellationToken cancellationToken) => RunAsync(request, observer: null, cancellationToken);

    private async Task<IReadOnlyList<PlannedSource>> PlanAsync(IRecordingFinder finder, IngestionRequest request, CancellationToken cancellationToken) =>
        await _planner.PlanAsync(await finder.FindAsync(request, cancellationToken), request, _policy.LimitOf(request), cancellationToken);

    /// <summary>Claims one source after the other, as the stages can take them.</summary>
    private async Task AdmitAsync(
        IReadOnlyList<PlannedSource> plan, IngestionRequest request, IngestionRun run, ChannelWriter<DiscoveredSource> output, CancellationToken cancellationToken)
    {
        foreach (var (recording, facts, known, admission, reason) in plan)
        {
            if (admission == Admission.Skip)
                await run.SkippedAsync(facts.Key, facts.Title, reason!, cancellationToken);
            else if (admission == Admission.Wait)
                await run.WaitsStillAsync(facts.Key, facts.Title, Stage.Transcribe, reason ?? Transcribers.NoneReason, cancellationToken);
            else if (admission == Admission.Failed)
                await run.FailedStillAsync(facts.Key, facts.Title, known!.Stage, known.FailureClass ?? FailureClass.Ours, reason ?? "It failed before.", cancellationToken);
            else if (await run.Leases.ClaimAsync(facts, cancellationToken) is not { } source)
                await run.SkippedAsync(facts.Key, facts.Title, "another run has it", cancellationToken);
            else
            {
                await run.DiscoveredAsync(source, cancellationToken);
                await output.WriteAsync(new DiscoveredSource(source, recording.Plan, request.StoreAudioLocally || _settings.StoreAudioLocally), cancellationToken);
            }
        }
    }

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
