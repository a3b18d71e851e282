using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What the dashboard does, for programs.</summary>
internal static class OperationsApi
{
    public static void MapOperationsApi(this IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/api/admin").WithTags("Operations").RequireAuthorization(Rights.Steer);
        routes.MapGet("/api/admin/ingestion", LatestAsync).WithTags("Operations").RequireAuthorization(Rights.Correct).WithName("Ingestion").WithSummary("Tell what is being ingested.");
        admin.MapGet("/diagnosis", ExamineAsync).WithName("Diagnosis").WithSummary("Look at all that ingestion and search need on this machine; takes some seconds.");
        admin.MapPost("/ingest", StartAsync).WithName("StartIngestion").WithSummary("Ingest a folder of this machine.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<IngestionSnapshot>> LatestAsync(IngestionFeed feed, CancellationToken cancellationToken) =>
        TypedResults.Ok(await feed.LatestAsync(cancellationToken));

    private static async Task<Ok<FindingList>> ExamineAsync(Doctor doctor, CancellationToken cancellationToken)
    {
        var findings = await doctor.ExamineAsync(cancellationToken);
        return TypedResults.Ok(new FindingList(findings.Count, findings));
    }

    private static async Task<Results<Accepted<StartedRun>, ProblemHttpResult>> StartAsync(FolderToIngest folder, FolderIngestion ingestion)
    {
        if (ingestion.Refusal is { } refusal) return Problems.Refused(refusal);
        if (FolderIngestion.Fault(folder.Path) is { } fault) return Problems.BadParameter(fault);
        try
        {
            return TypedResults.Accepted("/api/admin/ingestion", new StartedRun(await ingestion.StartAsync(folder.Path!)));
        }
        catch (IngestionRefusedException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    internal sealed record FindingList(int Total, IReadOnlyList<Finding> Items);

    internal sealed record FolderToIngest(string? Path);

    internal sealed record StartedRun(Guid RunId);
}
