using System.ComponentModel;
using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Runs;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Sync;

/// <summary>What the page of sync does, for programs.</summary>
internal static class SyncApi
{
    private const string Way = "there (from this library to the other, the default) or here.";

    public static void MapSyncApi(this IEndpointRouteBuilder routes)
    {
        var sync = routes.MapGroup("/api/admin/sync").WithTags("Operations").RequireAuthorization();
        sync.MapGet("/", StateAsync).WithName("Sync").WithSummary("Tell which two libraries there are, and how the last sync went or goes.");
        sync.MapGet("/difference", DifferenceAsync).WithName("SyncDifference").WithSummary("Tell what a sync would do now; nothing is written.").ProducesRefusals();
        sync.MapPost("/", StartAsync).WithName("StartSync").WithSummary("Begin a sync in the background.").ProducesRefusals();
        sync.MapGet("/conflicts", ConflictsAsync).WithName("SyncConflicts").WithSummary("List what both libraries changed, with both texts.").ProducesRefusals();
        sync.MapPost("/conflicts/{id}", DecideAsync).WithName("SettleConflict").WithSummary("Decide about a conflict; the next sync does it.").ProducesRefusals().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder ProducesRefusals(this RouteHandlerBuilder route) => route.ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Ok<State>> StateAsync(SyncDesk desk, SyncRuns runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(new State(desk.This, desk.Other, await desk.RefusalAsync(cancellationToken), await runs.LastAsync(cancellationToken)));

    private static Task<Results<Ok<SyncReport>, ProblemHttpResult>> DifferenceAsync([Description(Way)] string? direction, SyncDesk desk, CancellationToken cancellationToken) =>
        GuardAsync(direction, async way => TypedResults.Ok(await desk.DifferenceAsync(way, cancellationToken)));

    private static Task<Results<Accepted<State>, ProblemHttpResult>> StartAsync(Wanted wanted, SyncDesk desk, SyncRuns runs, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var prefer = reader.Choice("prefer", wanted.Prefer, Preference.None);
        if (reader.Fault is { } fault) return Task.FromResult<Results<Accepted<State>, ProblemHttpResult>>(Problems.BadParameter(fault));
        return GuardAsync(wanted.Direction, async way =>
        {
            await desk.StartAsync(way, prefer, cancellationToken);
            return TypedResults.Accepted("/api/admin/sync", new State(desk.This, desk.Other, null, await runs.LastAsync(cancellationToken)));
        });
    }

    private static Task<Results<Ok<ConflictList>, ProblemHttpResult>> ConflictsAsync([Description(Way)] string? direction, SyncDesk desk, CancellationToken cancellationToken) => GuardAsync(direction, async way =>
    {
        var (total, items) = await desk.ConflictsAsync(way, cancellationToken);
        return TypedResults.Ok(new ConflictList(total, items));
    });

    private static async Task<Results<NoContent, ProblemHttpResult>> DecideAsync(long id, Settlement settlement, SyncDesk desk, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var (way, decision) = (reader.Choice("direction", settlement.Direction, SyncDirection.There), reader.Choice<Preference>("decision", settlement.Decision));
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        if (decision is not { } word) return Problems.BadParameter("decision is missing; write from, to, or none to leave it open.");
        try
        {
            return await desk.DecideAsync(way, id, word, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound($"There is no conflict {id}.");
        }
        catch (SyncException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    private static async Task<Results<T, ProblemHttpResult>> GuardAsync<T>(string? direction, Func<SyncDirection, Task<T>> answer) where T : IResult
    {
        var reader = new ParameterReader();
        var way = reader.Choice("direction", direction, SyncDirection.There);
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        try
        {
            return await answer(way);
        }
        catch (SyncException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    /// <param name="This">This library, by host, port and database.</param>
    /// <param name="Other">Null where the environment names no other.</param>
    /// <param name="Refusal">Why nothing can be synchronised here.</param>
    internal sealed record State(string This, string? Other, string? Refusal, SyncRun? Run);

    /// <param name="Direction">there or here.</param>
    /// <param name="Prefer">from or to settles every conflict; left out: they are listed.</param>
    internal sealed record Wanted(string? Direction, string? Prefer);

    internal sealed record Settlement(string? Direction, string? Decision);

    internal sealed record ConflictList(int Total, IReadOnlyList<SyncConflict> Items);
}
