using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Telemetry;

namespace DrChaffee.Web.Features.Telemetry;

/// <summary>The metrics in Prometheus's text format.</summary>
internal static class MetricsApi
{
    public const string Path = "/metrics";

    /// <summary>How long a reader waits for what stands in the database before it gets what was known before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapMetricsApi(this IEndpointRouteBuilder routes)
    {
        var guard = new MetricsGuard(routes.ServiceProvider.GetRequiredService<ChaffeeSettings>().Telemetry);
        routes.MapPrometheusScrapingEndpoint(Path, meterProvider: null, configureBranchedPipeline: metrics => metrics.Use(guard.CheckAsync).Use(RefreshAsync), optionsName: null)
            .AllowAnonymous().DisableHttpMetrics();
    }

    private static async Task RefreshAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await Task.WhenAll(context.RequestServices.GetServices<IStoredFigures>().Select(figures => figures.RefreshAsync())).WaitAsync(Patience, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            // The database takes its time.
        }

        await next(context);
    }
}
