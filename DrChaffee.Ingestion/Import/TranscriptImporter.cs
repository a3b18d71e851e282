using DrChaffee.Domain.Data;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Import;

/// <summary>Takes transcript files in, thousands at a time. The same files a second time change nothing.</summary>
public sealed class TranscriptImporter
{
    /// <summary>About what one passage takes in a file, to tell in advance how many vectors will come.</summary>
    private const int BytesOfAPassage = 600;

    private readonly IngestionPolicy _policy;
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly RunFactory _runs;
    private readonly TranscriptStages _transcriptStages;
    private readonly VectorUpkeep _upkeep;
    private readonly VectorIndex _index;

    internal TranscriptImporter(IngestionPolicy policy, IDbContextFactory<ChaffeeDbContext> contexts, RunFactory runs, TranscriptStages transcriptStages, VectorUpkeep upkeep,
        VectorIndex index) =>
        (_policy, _contexts, _runs, _transcriptStages, _upkeep, _index) = (policy, contexts, runs, transcriptStages, upkeep, index);

    /// <summary>Ends when every file is stored, skipped or its failure recorded.</summary>
    /// <exception cref="IngestionException">Nothing can be imported at all; the message says why in a sentence.</exception>
    public async Task<IngestionReport> ImportAsync(IReadOnlyList<string> paths, IProgress<RunUpdate>? observer, CancellationToken cancellationToken)
    {
        _policy.CheckImport(files: 0);
        var files = ImportFile.Find(paths);
        var known = await KnownSources.LoadAsync(_contexts, cancellationToken);
        var plan = await ImportPlan.MakeAsync(files, known, cancellationToken);
        List<PlannedFile> work = [.. plan.Where(p => p.Admission == Admission.Work)];
        _policy.CheckImport(work.Count);

        await using var run = _runs.Open(Guid.CreateVersion7(), quiet: true, observer);
        await using var stages = _runs.OpenStages(run, cancellationToken);
        return await run.GuardAsync($"Import {string.Join(", ", paths)}", async () =>
        {
            run.Tally.Found(plan.Count);
            foreach (var planned in plan.Except(work)) await PassByAsync(planned, run, cancellationToken);
            await run.PlannedAsync(work.Count, duration: null, cancellationToken);
            if (work.Count > 0)
            {
                await _index.MakeRoomAsync(work.Sum(p => p.File.Size) / BytesOfAPassage, cancellationToken);
                var reading = new TranscriptReading(new ImportIdentities(known), run);
                var transcripts = stages.Start<Transcript>(1, output => reading.ReadAsync(work, output, stages.Token));
                await _transcriptStages.RunAsync(transcripts, stages);
                await _index.AnalyzeAsync(cancellationToken);
            }

            await _upkeep.RunAsync(cancellationToken);
        }, cancellationToken);
    }

    private async Task PassByAsync(PlannedFile planned, IngestionRun run, CancellationToken cancellationToken)
    {
        if (planned.Known is not { } source)
        {
            await run.SkippedAsync("", Path.GetFileName(planned.File.Path), "a copy of another file in this import", cancellationToken);
            return;
        }

        var moved = source.Origin != planned.File.Path && !File.Exists(source.Origin);
        if (moved) await FollowAsync(source, planned.File.Path, cancellationToken);
        var reason = planned.Admission == Admission.Failed ? $"failed before: {source.StateReason}" : moved ? "moved, and otherwise unchanged" : "unchanged";
        await run.SkippedAsync(source.Key, source.Title, reason, cancellationToken);
    }

    private async Task FollowAsync(KnownSource source, string path, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        await db.Sources.Where(s => s.Id == source.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.Origin, path), cancellationToken);
    }
}
