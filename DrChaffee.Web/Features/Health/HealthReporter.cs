using System.Reflection;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using Npgsql;

namespace DrChaffee.Web.Features.Health;

/// <summary>Puts the health report together from figures that are at most some seconds old, so that asking costs nothing.</summary>
internal sealed class HealthReporter(ChaffeeSettings settings, DatabaseState database, LibraryQueries library, GpuProbe gpu)
{
    private static readonly string Version = typeof(HealthReporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public async Task<HealthReport> ReportAsync(CancellationToken cancellationToken)
    {
        var mode = await database.ModeAsync(cancellationToken);
        var counts = mode == DatabaseMode.Unreachable ? null : await TryCountAsync(cancellationToken);
        var check = mode == DatabaseMode.Unreachable || counts is null
            ? new HealthCheck("database", HealthStatus.Unavailable, mode == DatabaseMode.Unreachable ? "The database does not answer." : "The database has no library yet.")
            : new HealthCheck("database", HealthStatus.Ok);
        return new HealthReport(
            check.Status, settings.Mode, Version, gpu.IsAvailable, settings.Mode != RunMode.ApiOnly, Name(mode),
            counts?.Sources, counts?.Segments, counts?.LastUpdated, [check]);
    }

    private async Task<LibraryCounts?> TryCountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await library.CountsAsync(cancellationToken);
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
}
