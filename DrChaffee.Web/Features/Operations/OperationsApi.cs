using System.ComponentModel;
using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What the dashboard does, for programs.</summary>
internal static class OperationsApi
{
    public static void MapOperationsApi(this IEndpointRouteBuilder routes)
    {
        var looks = routes.MapGroup("/api/admin").WithTags("Operations").RequireAuthorization(Rights.Correct);
        looks.MapGet("/ingestion", LatestAsync).WithName("Ingestion").WithSummary("Tell what is being ingested.");
        looks.MapGet("/ingestion/events", EventsAsync).WithName("IngestionEvents").WithSummary("List what happened after the event of a number, the oldest first.").ProducesProblem(StatusCodes.Status400BadRequest);

        var admin = routes.MapGroup("/api/admin").WithTags("Operations").RequireAuthorization(Rights.Steer);
        admin.MapPost("/ingestion/{run_id}/stop", Stop).WithName("StopIngestion").WithSummary("Stop a run that was started from a page or by this interface; the next run takes up what it had in hand.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        admin.MapGet("/diagnosis", ExamineAsync).WithName("Diagnosis").WithSummary("Look at all that ingestion and search need on this machine; takes some seconds.");
        admin.MapGet("/machine", ReadMachineAsync).WithName("Machine").WithSummary("Tell how busy this machine is, and what room it has left.");
        admin.MapGet("/statistics", CountAsync).WithName("Statistics").WithSummary("Tell what was ingested on each of the last days, and how fast.").ProducesProblem(StatusCodes.Status400BadRequest);
        admin.MapPost("/ingest", StartAsync).WithName("StartIngestion").WithSummary("Ingest a folder of this machine, or a channel, playlist, feed or recording by its address; or say what that would do.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<IngestionSnapshot>> LatestAsync(IngestionFeed feed, CancellationToken cancellationToken) =>
        TypedResults.Ok(await feed.LatestAsync(cancellationToken));

    private static async Task<Results<Ok<EventList>, ProblemHttpResult>> EventsAsync(
        [Description("The number of the last event that is known already; 0 without it.")] string? after, [Description("How many, 1 to 1000; 100 without it.")] string? take, EventLog events, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var (number, most) = (reader.Number("after", after, 0L, 0, long.MaxValue), reader.Number("take", take, 100, 1, 1_000));
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        var (total, items) = await events.ListAsync(number, most, cancellationToken);
        return TypedResults.Ok(new EventList(total, items));
    }

    private static Results<Accepted, ProblemHttpResult> Stop([FromRoute(Name = "run_id")] string run, IngestionRuns runs) =>
        Guid.TryParse(run, out var id) && runs.RequestStop(id) ? TypedResults.Accepted("/api/admin/ingestion") : Problems.NotFound($"This process has no run {run} that was started from a page or by a program.");

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

    internal sealed record EventList(int Total, IReadOnlyList<IngestionEvent> Items);

    internal sealed record StartedRun(Guid RunId);
}
