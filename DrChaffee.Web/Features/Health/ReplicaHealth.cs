using System.Globalization;
using DrChaffee.Domain.Data.Replicas;

namespace DrChaffee.Web.Features.Health;

/// <summary>How far each replica is behind, or why it is left out.</summary>
internal sealed class ReplicaHealth(LibraryReader library) : IHealthPart
{
    public IEnumerable<HealthCheck> Check() => library.States.Select(replica => replica.State.Fault is { } fault
        ? new HealthCheck($"replica {replica.Name}", HealthStatus.Degraded, $"The replica is left out: {fault}.")
        : new HealthCheck($"replica {replica.Name}", HealthStatus.Ok, string.Create(CultureInfo.InvariantCulture, $"{replica.State.Lag?.TotalSeconds ?? 0:0.0} s behind")));
}
