using System.ComponentModel;
using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What the dashboard does, for programs.</summary>
internal static class OperationsApi
{
    public static void MapOperationsApi(this IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/api/admin").WithTags("Operations").RequireAuthorization();
        admin.MapGet("/ingestion", LatestAsync).WithName("Ingestion").WithSummary("Tell what is being ingested.");
        admin.MapGet("/diagnosis", ExamineAsync).WithName("Diagnosis").WithSummary("Look at all that ingestion and search need on this machine; takes some seconds.");
        admin.MapGet("/machine", ReadMachineAsync).WithName("Machine").WithSummary("Tell how busy this machine is, and what room it has left.");
        admin.MapGet("/statistics", CountAsync).WithName("Statistics").WithSummary("Tell what was ingested on each of the last days, and how fast.").ProducesProblem(StatusCodes.Status400BadRequest);
        admin.MapPost("/ingest", StartAsync).WithName("StartIngestion").WithSummary("Ingest a folder of this machine, or a channel, playlist, feed or recording by its address; or say what that would do.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<IngestionSnapshot>> LatestAsync(IngestionFeed feed, CancellationToken cancellationToken) =>
        TypedResults.Ok(await feed.LatestAsync(cancellationToken));

    private static async Task<Ok<FindingList>> ExamineAsync(Doctor doctor, CancellationToken cancellationToken)
    {
        var findings = await doctor.ExamineAsync(cancellationToken);
        return TypedResults.Ok(new FindingList(findings.Count, findings));
    }

    private static async Task<Results<Accepted<StartedRun>, Ok<RunPlan>, ProblemHttpResult>> StartAsync(RunOrder order, RunOrders orders, CancellationToken cancellationToken)
    {
        if (orders.Refusal is { } refusal) return Problems.Refused(refusal);
        var (request, fault) = await orders.ReadAsync(order, cancellationToken);
        if (request is null) return Problems.BadParameter(fault!);
        try
        {
            return request.DryRun
                ? TypedResults.Ok(RunPlan.Of(request, await orders.LookAsync(request, cancellationToken)))
                : TypedResults.Accepted("/api/admin/ingestion", new StartedRun(await orders.StartAsync(request)));
        }
        catch (IngestionRefusedException ex)
        {
            return Problems.Refused(ex.Message);
        }
        catch (IngestionException ex)
        {
            return Problems.BadParameter($"channel is '{request.Channel}'. {ex.Message}");
        }
    }

    private static async Task<Ok<MachineReading>> ReadMachineAsync(MachineMeter machine, CancellationToken cancellationToken) =>
        TypedResults.Ok(await machine.ReadAsync(cancellationToken));

    private static async Task<Results<Ok<DayList>, ProblemHttpResult>> CountAsync(
        [Description("How many days, today being the last: 1 to 30, the default.")] string? days, IngestionStatistics statistics, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var wanted = reader.Number("days", days, IngestionStatistics.MostDays, 1, IngestionStatistics.MostDays);
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        var read = await statistics.ReadAsync(wanted, cancellationToken);
        return TypedResults.Ok(new DayList(read.Count, read));
    }

    internal sealed record FindingList(int Total, IReadOnlyList<Finding> Items);

    internal sealed record DayList(int Total, IReadOnlyList<IngestionDay> Items);

    internal sealed record StartedRun(Guid RunId);
}
