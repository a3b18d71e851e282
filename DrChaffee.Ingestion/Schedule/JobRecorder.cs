using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>Writes a line of the history for each firing, whatever becomes of it. A job that fails is due again at its next time, not at once.</summary>
internal sealed partial class JobRecorder(ChaffeeSettings settings, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time, ILogger<JobRecorder> logger)
{
    private const int LongestMessage = 1000;

    /// <param name="work">Gives what it did, in a sentence.</param>
    public async ValueTask RunAsync(IJobExecutionContext context, ScheduledJob job, Func<CancellationToken, Task<string>> work, CancellationToken cancellationToken)
    {
        var askedBy = context.MergedJobDataMap.TryGetValue(ScheduleControl.AskedBy, out var by) ? by?.ToString() : null;
        var id = await BeginAsync(job, askedBy, cancellationToken);
        try
        {
            if (job.Refusal(settings) is { } refusal) throw new IngestionRefusedException(refusal); // what an earlier version scheduled is in no execution group
            await EndAsync(id, JobOutcome.Done, await work(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndAsync(id, JobOutcome.Stopped, "It was stopped with the program; what was finished is kept.");
            throw;
        }
        catch (IngestionException ex)
        {
            await EndAsync(id, JobOutcome.Failed, ex.Message);
        }
        catch (Exception ex)
        {
            LogFailed(ex, job.Name);
            await EndAsync(id, JobOutcome.Failed, "Something went wrong that should not; the log says what.");
        }
    }

    private async Task<long> BeginAsync(ScheduledJob job, string? askedBy, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = new JobRun { Job = job.Name, StartedAt = time.GetUtcNow(), Process = ThisProcess.Name, AskedBy = askedBy };
        db.JobRuns.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        return run.Id;
    }

    private async Task EndAsync(long id, JobOutcome outcome, string message)
    {
        var (now, told) = (time.GetUtcNow(), message.Length > LongestMessage ? message[..LongestMessage] : message);
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await db.JobRuns.Where(run => run.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(run => run.FinishedAt, now).SetProperty(run => run.Outcome, outcome).SetProperty(run => run.Message, told), CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Error, "The job {Job} ended by a fault.")]
    private partial void LogFailed(Exception exception, string job);
}
