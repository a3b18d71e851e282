using System.Reflection;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Schedule;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace DrChaffee.Web.Features.Health;

/// <summary>Puts the health report together from figures that are at most some seconds old, so that asking costs nothing.</summary>
internal sealed class HealthReporter(
    ChaffeeSettings settings, DatabaseState database, LibraryQueries library, GpuProbe gpu, Doctor doctor, Timetable timetable, HealthCheckService health, IEnumerable<IHealthPart> parts, TimeProvider time)
{
    private readonly CachedValue<SchedulerAnswer> _quartz = new(TimeSpan.FromSeconds(3), time, async cancellationToken =>
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        return new SchedulerAnswer(report.Status == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy, report.Entries.Values.Select(entry => entry.Description).FirstOrDefault(text => text is not null));
    });

    private static readonly TimeSpan QuartzPatience = TimeSpan.FromSeconds(3);
    public static readonly string Version = typeof(HealthReporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public async Task<HealthReport> ReportAsync(CancellationToken cancellationToken)
    {
        var mode = await database.ModeAsync(cancellationToken);
        var counts = mode == DatabaseMode.Unreachable ? null : await TryCountAsync(cancellationToken);
        var check = mode == DatabaseMode.Unreachable || counts is null
            ? new HealthCheck("database", HealthStatus.Unavailable, mode == DatabaseMode.Unreachable ? "The database does not answer." : "The database has no library yet.")
            : new HealthCheck("database", HealthStatus.Ok);
        var schedule = check.Status == HealthStatus.Ok ? await ScheduleAsync(mode, cancellationToken) : null;
        HealthCheck[] more = [.. schedule is null ? (HealthCheck[])[] : [schedule], .. parts.SelectMany(part => part.Check())];
        return new HealthReport(
            check.Status == HealthStatus.Ok && more.Any(part => part.Status == HealthStatus.Degraded) ? HealthStatus.Degraded : check.Status, settings.Mode, Version, gpu.IsAvailable, settings.Mode != RunMode.ApiOnly, Name(mode),
            counts?.Sources, counts?.Segments, counts?.LastUpdated, [check, .. more, .. doctor.About.Select(known => new HealthCheck(known.Name, HealthStatus.Ok, known.Message))]);
    }

    /// <summary>A machine that only serves has no scheduler to ask; neither has one whose database can only be read.</summary>
    private async Task<HealthCheck> ScheduleAsync(DatabaseMode mode, CancellationToken cancellationToken)
    {
        var next = await timetable.NextRunAsync(cancellationToken);
        if (settings.Mode == RunMode.ApiOnly) return new HealthCheck("schedule", HealthStatus.Ok, next);
        if (mode == DatabaseMode.ReadOnly) return new HealthCheck("schedule", HealthStatus.Degraded, "The database can only be read here, so this process runs no job.");
        var quartz = await AskQuartzAsync(cancellationToken);
        return quartz.Runs ? new HealthCheck("schedule", HealthStatus.Ok, next) : new HealthCheck("schedule", HealthStatus.Degraded, $"This process runs no job: {quartz.Description ?? "the scheduler does not answer"}.");
    }

    /// <summary>Quartz waits for a database that has gone away meanwhile; whoever asks for health does not.</summary>
    private async Task<SchedulerAnswer> AskQuartzAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _quartz.GetAsync(cancellationToken).WaitAsync(QuartzPatience, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new SchedulerAnswer(Runs: false, null);
        }
    }

    private async Task<LibraryCounts?> TryCountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await library.LatestCountsAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException { InnerException: NpgsqlException } or TimeoutException)
        {
            return null;
        }
    }

    private static string? Name(DatabaseMode mode) => mode switch
    {
        DatabaseMode.Writable => "writable",
        DatabaseMode.ReadOnly => "read-only",
        _ => null,
    };

    /// <summary>What Quartz's own health check found.</summary>
    private sealed record SchedulerAnswer(bool Runs, string? Description);
}
