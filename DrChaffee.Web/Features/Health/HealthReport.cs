using System.Text.Json.Serialization;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Web.Features.Health;

/// <summary>What this machine is for, what its library holds, and what does not work. Counts are null while the database is out of reach.</summary>
internal sealed record HealthReport(
    HealthStatus Status,
    RunMode Mode,
    string Version,
    bool GpuAvailable,
    bool IngestionEnabled,
    string? DatabaseMode,
    int? TotalSources,
    long? TotalSegments,
    DateTimeOffset? LastUpdated,
    IReadOnlyList<HealthCheck> Checks);

/// <summary>One thing that this machine needs, and whether it is there.</summary>
internal sealed record HealthCheck(string Name, HealthStatus Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message = null);

internal enum HealthStatus
{
    Ok,

    /// <summary>It answers, but not with all that it has.</summary>
    Degraded,
    Unavailable,
}
