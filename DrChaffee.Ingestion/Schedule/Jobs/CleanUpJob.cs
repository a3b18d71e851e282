using System.Globalization;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace DrChaffee.Ingestion.Schedule.Jobs;

/// <summary><see cref="ScheduledJob.CleanUp"/>. Rows go once for all processes; files are those of the machine that the job happens to run on.</summary>
[DisallowConcurrentExecution]
internal sealed class CleanUpJob(JobRecorder recorder, ChaffeeSettings settings, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time) : IJob
{
    /// <summary>What the charts add up, and a day more: a day on which clocks go back has 25 hours.</summary>
    public static readonly TimeSpan EventsKept = TimeSpan.FromDays(IngestionStatistics.MostDays + 1);

    /// <summary>Of jobs that come every few minutes, and went well.</summary>
    public static readonly TimeSpan OrdinaryRunsKept = TimeSpan.FromDays(7);
    public static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);

    /// <summary>Longer than any fetch or decoding may take without a byte being written.</summary>
    public static readonly TimeSpan FilesAbandoned = TimeSpan.FromDays(2);

    /// <summary>Longer than any sign-in lasts without a visit.</summary>
    public static readonly TimeSpan SessionsKept = TimeSpan.FromDays(30);

    private static readonly string[] Frequent = [ScheduledJob.Rescan.Name, ScheduledJob.Retry.Name, ScheduledJob.Statistics.Name];

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        recorder.RunAsync(context, ScheduledJob.CleanUp, CleanUpAsync, cancellationToken);

    internal async Task<string> CleanUpAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (oldEvent, ordinaryRun, oldRun) = (now - EventsKept, now - OrdinaryRunsKept, now - RunsKept);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var events = await db.IngestionEvents.Where(e => e.At < oldEvent).ExecuteDeleteAsync(cancellationToken);
        var runs = await db.JobRuns.Where(r => r.StartedAt < oldRun || (r.StartedAt < ordinaryRun && r.Outcome == JobOutcome.Done && Frequent.Contains(r.Job))).ExecuteDeleteAsync(cancellationToken);
        await db.Alerts.Where(a => a.CreatedAt < oldRun && db.Alerts.Any(later => later.Subject == a.Subject && later.Id > a.Id)).ExecuteDeleteAsync(cancellationToken); // the last one says how it stands
        await RemoveOfAccountsAsync(db, now, cancellationToken);
        var folders = Remove(Path.Combine(settings.DataDirectory, "work"), parent => parent.EnumerateDirectories(), folder => folder.Delete(recursive: true), now);
        var parts = Remove(settings.AudioDirectory, parent => parent.EnumerateFiles("*.part", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }), part => part.Delete(), now);
        return string.Create(CultureInfo.InvariantCulture, $"Removed {events:N0} events, {runs:N0} job runs, {folders:N0} work folders and {parts:N0} unfinished audio files.");
    }

    /// <summary>What was done a year ago, sessions whose cookie is long over, links that are too old.</summary>
    private static async Task RemoveOfAccountsAsync(ChaffeeDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (oldEntry, oldSession) = (now - AuditLog.Kept, now - SessionsKept);
        await db.AuditLog.Where(e => e.At < oldEntry).ExecuteDeleteAsync(cancellationToken);
        await db.AccountSessions.Where(s => s.LastSeenAt < oldSession).ExecuteDeleteAsync(cancellationToken);
        await db.SetupTokens.Where(t => t.CreatedAt < oldSession).ExecuteDeleteAsync(cancellationToken);
    }

    private static int Remove<T>(string parent, Func<DirectoryInfo, IEnumerable<T>> children, Action<T> remove, DateTimeOffset now) where T : FileSystemInfo
    {
        if (!Directory.Exists(parent)) return 0;
        var removed = 0;
        foreach (var abandoned in children(new DirectoryInfo(parent)).Where(child => now.UtcDateTime - child.LastWriteTimeUtc > FilesAbandoned).ToList())
        {
            try
            {
                remove(abandoned);
                removed++;
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                // Someone else removed it, or holds it: the next time will do.
            }
        }

        return removed;
    }
}
