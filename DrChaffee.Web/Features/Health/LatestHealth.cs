using DrChaffee.Domain.Data;

namespace DrChaffee.Web.Features.Health;

/// <summary>The health report for whoever asks, however often: nobody waits for a database that is slow to answer, and what is told is a second old, or six while it is.</summary>
internal sealed class LatestHealth(HealthReporter reporter, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly CachedValue<HealthReport> _report = new(TimeSpan.FromSeconds(1), time, reporter.ReportAsync);

    public Task<HealthReport> ReportAsync(CancellationToken cancellationToken) => _report.GetAsync(Patience, Grace, cancellationToken);
}
