using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Health;

internal static class HealthApi
{
    public static void MapHealthApi(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/", ReportAsync).WithName("Health").WithSummary("Tell what this machine is for, what the library holds, and what does not work.")
            .Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/live", () => TypedResults.Ok(new Liveness("live"))).WithName("Live").WithSummary("Tell that the process answers, without asking the database.");
    }

    private static async Task<JsonHttpResult<HealthReport>> ReportAsync(LatestHealth health, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        var report = await health.ReportAsync(cancellationToken);
        return TypedResults.Json(report, statusCode: report.Status == HealthStatus.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private sealed record Liveness(string Status);
}
