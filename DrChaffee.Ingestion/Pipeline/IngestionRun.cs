using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Telemetry;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>One run as the stages see it: each step goes into the journal, onto the source's row and into the count, here and nowhere else.</summary>
/// <param name="quiet">True for a bulk run of thousands: only the end of each source is written down.</param>
internal sealed class IngestionRun(
    Guid id, bool quiet, RunJournal journal, SourceLeases leases, RunTally tally, IProgress<RunUpdate>? observer, TimeProvider time) : IAsyncDisposable
{
    private readonly long _started = time.GetTimestamp();

    public RunTally Tally => tally;

    public SourceLeases Leases => leases;

    /// <summary>Puts the work between the run's first and last event, whatever becomes of it.</summary>
    public async Task<IngestionReport> GuardAsync(string title, Func<Task> work, CancellationToken cancellationToken)
    {
        using var span = IngestionMeter.Spans.StartActivity("ingest")?.SetTag("drchaffee.run.id", id);
        await RecordAsync(New(IngestionEventKind.RunStarted, message: title), cancellationToken);
        string? ending = "A fault of this program stopped it; its log says which.";
        try
        {
            await work();
            ending = null;
            return tally.Report(id, time.GetElapsedTime(_started), []);
        }
        catch (OperationCanceledException)
        {
            ending = IngestionEvent.Stopped;
            throw;
        }
        catch (IngestionException ex)
        {
            ending = ex.Message;
            throw;
        }
        finally
        {
            var finished = New(IngestionEventKind.RunFinished, message: ending);
            await journal.RecordLastAsync(finished);
            observer?.Report(new RunUpdate(finished, tally.Counts));
        }
    }

    /// <summary>Tells how many recordings it works on, and their length as far as it is known.</summary>
    public Task PlannedAsync(int recordings, TimeSpan? duration, CancellationToken cancellationToken) => RecordAsync(
        new IngestionEvent { At = time.GetUtcNow(), RunId = id, Kind = IngestionEventKind.Planned, Recordings = recordings, Duration = duration }, cancellationToken);

    public Task DiscoveredAsync(ClaimedSource source, CancellationToken cancellationToken) =>
        quiet ? Task.CompletedTask : RecordAsync(New(IngestionEventKind.Discovered, source, Stage.Discover, duration: source.Facts.Duration), cancellationToken);

    public async Task EnterAsync(ClaimedSource source, Stage stage, CancellationToken cancellationToken)
    {
        if (quiet) return;
        await leases.EnterAsync(source, stage, cancellationToken);
        await RecordAsync(New(IngestionEventKind.StageStarted, source, stage), cancellationToken);
    }

    /// <param name="duration">Length of the recording, where the stage found it.</param>
    public Task LeaveAsync(ClaimedSource source, Stage stage, string? message, TimeSpan? duration, CancellationToken cancellationToken) =>
        quiet ? Task.CompletedTask : RecordAsync(New(IngestionEventKind.StageFinished, source, stage, message, duration), cancellationToken);

    public IProgress<double> ProgressOf(ClaimedSource source, Stage stage) => new StageProgress(this, source, stage);

    public Task DoneAsync(ClaimedSource source, TimeSpan duration, CancellationToken cancellationToken)
    {
        tally.Ended(source.Key, IngestionEventKind.Done, duration);
        return RecordAsync(New(IngestionEventKind.Done, source, Stage.Store, duration: duration), cancellationToken);
    }

    public async Task WaitsAsync(ClaimedSource source, Stage stage, string reason, CancellationToken cancellationToken)
    {
        await leases.WaitAsync(source, stage, reason, cancellationToken);
        await WaitsStillAsync(source.Key, source.Facts.Title, stage, reason, cancellationToken);
    }

    public Task WaitsStillAsync(string key, string title, Stage stage, string reason, CancellationToken cancellationToken)
    {
        tally.Ended(key, IngestionEventKind.Waiting);
        return RecordAsync(New(IngestionEventKind.Waiting, key, title, stage, reason), cancellationToken);
    }

    public async Task FailedAsync(ClaimedSource source, Stage stage, SourceFailedException failure, string? contentHash, CancellationToken cancellationToken)
    {
        await leases.FailAsync(source, stage, failure, contentHash, cancellationToken);
        await FailedStillAsync(source.Key, source.Facts.Title, stage, failure.FailureClass, failure.Message, cancellationToken);
    }

    /// <summary>It failed in another process, or without a row of its own being touched: only reported.</summary>
    public Task FailedStillAsync(string key, string title, Stage stage, FailureClass failureClass, string reason, CancellationToken cancellationToken)
    {
        tally.Ended(key, IngestionEventKind.Failed, failure: new FailedSource(key, title, failureClass, reason));
        return RecordAsync(New(IngestionEventKind.Failed, key, title, stage, reason), cancellationToken);
    }

    public Task SkippedAsync(string key, string title, string reason, CancellationToken cancellationToken)
    {
        tally.Ended(key, IngestionEventKind.Skipped);
        return RecordAsync(New(IngestionEventKind.Skipped, key, title, Stage.Discover, reason), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await leases.DisposeAsync();
        await journal.DisposeAsync();
    }

    private async Task RecordAsync(IngestionEvent happened, CancellationToken cancellationToken)
    {
        await journal.RecordAsync(happened, cancellationToken);
        observer?.Report(new RunUpdate(happened, tally.Counts));
    }

    private void Progressed(ClaimedSource source, Stage stage, double share)
    {
        var progress = New(IngestionEventKind.Progress, source.Key, source.Facts.Title, stage, progress: Math.Clamp(share, 0, 1));
        if (journal.TryRecordProgress(progress)) observer?.Report(new RunUpdate(progress, tally.Counts));
    }

    private IngestionEvent New(IngestionEventKind kind, ClaimedSource source, Stage stage, string? message = null, TimeSpan? duration = null) =>
        New(kind, source.Key, source.Facts.Title, stage, message, duration);

    private IngestionEvent New(
        IngestionEventKind kind, string? key = null, string? title = null, Stage? stage = null, string? message = null, TimeSpan? duration = null, double? progress = null) =>
        new() { At = time.GetUtcNow(), RunId = id, Kind = kind, SourceKey = key, Title = title, Stage = stage, Message = message, Duration = duration, Progress = progress };

    private sealed class StageProgress(IngestionRun run, ClaimedSource source, Stage stage) : IProgress<double>
    {
        public void Report(double value) => run.Progressed(source, stage, value);
    }
}
