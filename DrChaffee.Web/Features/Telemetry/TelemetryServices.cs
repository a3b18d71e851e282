using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Telemetry;
using DrChaffee.Web.Features.Health;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DrChaffee.Web.Features.Telemetry;

/// <summary>What is measured and traced, and where it goes: docs/operations.md says what to watch.</summary>
internal static class TelemetryServices
{
    /// <summary>Of all that the framework measures, what an operator looks at: each of these costs some memory.</summary>
    private static readonly string[] Meters =
    [
        "DrChaffee.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "Microsoft.AspNetCore.Components.Server.Circuits",
        "Npgsql", "System.Runtime",
    ];

    /// <summary>Asked all the time, or open for as long as somebody looks.</summary>
    private static readonly PathString[] Untraced = ["/health", MetricsApi.Path, "/hubs", "/_blazor"];

    /// <param name="isScraped">True for a process that answers at <c>/metrics</c>.</param>
    public static void AddTelemetry(this IServiceCollection services, TelemetrySettings settings, bool isScraped)
    {
        var isSent = settings.Collector is not null;
        if (!isScraped && !isSent) return;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(settings.ServiceName, serviceVersion: HealthReporter.Version));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            if (isScraped) metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
            if (isSent) metrics.AddOtlpExporter();
        });
        if (isSent) telemetry.WithTracing(AddSpans);
    }

    /// <summary>Makes what shows figures that nobody else asks for; and what sends, in a command, whose host is never started.</summary>
    public static void StartTelemetry(this IServiceProvider services)
    {
        if (services.GetService<MeterProvider>() is null) return;
        services.GetServices<IStoredFigures>();
        services.GetService<TracerProvider>();
    }

    private static void AddSpans(TracerProviderBuilder spans) => spans.AddSource("DrChaffee.*", "Npgsql").AddProcessor(new LoneStatements()).AddOtlpExporter().AddAspNetCoreInstrumentation(requests =>
    {
        requests.Filter = context => !Array.Exists(Untraced, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));
        requests.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null); // what somebody asked is theirs, and a link that sets a password is a secret
    });
}
