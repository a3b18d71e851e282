using DrChaffee.Ingestion.Alerts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Alerts;

/// <summary>What an operator was told, and the test that it arrives, for programs.</summary>
internal static class AlertsApi
{
    public static void MapAlertsApi(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/api/admin/alerts").WithTags("Operations").RequireAuthorization(Rights.Steer);
        alerts.MapGet("/", ListAsync).WithName("Alerts").WithSummary("Tell where alerts go, and list those that there were, the latest first.").ProducesProblem(StatusCodes.Status400BadRequest);
        alerts.MapPost("/test", TestAsync).WithName("TestAlerts").WithSummary("Send a test by every way that is set, and say whether it arrived.").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<AlertsAnswer>, ProblemHttpResult>> ListAsync(string? take, string? skip, AlertDesk desk, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var (taken, skipped) = (reader.Number("take", take, 20, 1, 200), reader.Number("skip", skip, 0, 0, 1_000_000));
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        var page = await desk.ListAsync(taken, skipped, cancellationToken);
        return TypedResults.Ok(new AlertsAnswer(desk.Refusal, desk.Places, page.Total, page.Items));
    }

    private static async Task<Results<Ok<AlertTest>, ProblemHttpResult>> TestAsync(AlertDesk desk, HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await desk.TestAsync(context.User.Identity?.Name ?? "admin", cancellationToken));
        }
        catch (IngestionRefusedException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    /// <param name="Refusal">Why this machine sends none, in a sentence; null where it does.</param>
    internal sealed record AlertsAnswer(string? Refusal, IReadOnlyList<AlertPlace> Places, int Total, IReadOnlyList<AlertRecord> Items);
}
