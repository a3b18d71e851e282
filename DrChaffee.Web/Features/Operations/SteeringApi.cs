using System.ComponentModel;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What an admin does to the queue on the dashboard, for programs.</summary>
internal static class SteeringApi
{
    private const int UsualPage = 25;
    private const int LongestPage = 200;

    public static void MapSteeringApi(this IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/api/admin").WithTags("Operations").RequireAuthorization();
        admin.MapGet("/queue", ListAsync).WithName("Queue").WithSummary("List what waits, the first to be taken first; or what stands or failed in one way.").ProducesProblem(StatusCodes.Status400BadRequest);

        var source = admin.MapGroup("/sources/{key}");
        source.MapPost("/retry", (string key, SourceSteering steering, CancellationToken token) => DoAsync(() => steering.RetryAsync(key, token))).WithName("RetrySource").WithSummary("Try a recording again, as if for the first time.").ProducesRefusals();
        source.MapPost("/set-aside", (string key, SourceSteering steering, CancellationToken token) => DoAsync(() => steering.SetAsideAsync(key, token))).WithName("SetSourceAside").WithSummary("Have no run take a recording until it is let go.").ProducesRefusals();
        source.MapPost("/let-go", (string key, SourceSteering steering, CancellationToken token) => DoAsync(() => steering.LetGoAsync(key, token))).WithName("LetSourceGo").WithSummary("Let a recording go that was set aside.").ProducesRefusals();
        source.MapPost("/reprocess", ReprocessAsync).WithName("ReprocessSource").WithSummary("Process a recording again from a stage on. What it has is shown until the new is stored.").ProducesRefusals();
        source.MapPost("/priority", PrioritiseAsync).WithName("PrioritiseSource").WithSummary("Choose how soon a recording is taken: the greater, the sooner.").ProducesRefusals();
        source.MapPost("/move", MoveAsync).WithName("MoveSource").WithSummary("Put a recording directly before or after another in the queue.").ProducesRefusals();

        admin.MapPost("/failures/{class}/retry", RetryAllAsync).WithName("RetryFailures").WithSummary("Try all again that failed in one way.").ProducesRefusals();
        admin.MapPost("/ingestion/pause", (SourceSteering steering, CancellationToken token) => DoAsync(() => steering.PauseAllAsync(token))).WithName("PauseIngestion").WithSummary("Take up nothing more; what is in hand is finished.").ProducesRefusals();
        admin.MapPost("/ingestion/resume", (SourceSteering steering, CancellationToken token) => DoAsync(() => steering.ResumeAllAsync(token))).WithName("ResumeIngestion").WithSummary("Go on after a pause.").ProducesRefusals();
        admin.MapGet("/circuits", CircuitsAsync).WithName("Circuits").WithSummary("List the hosts that failed lately, and until when each is left alone.");
        admin.MapDelete("/circuits/{host}", CloseCircuitAsync).WithName("CloseCircuit").WithSummary("Ask a host again now.").ProducesRefusals();
    }

    private static void ProducesRefusals(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Results<Ok<Page<QueueItem>>, ProblemHttpResult>> ListAsync(
        [Description("queued, working, waiting, done or failed; without it, what waits.")] string? state,
        [Description("Only what failed so: transient, blocked, gone, unsupported, broken or ours.")] string? @class,
        [Description("The channel's title or address.")] string? channel,
        string? take, string? skip, QueueBook book, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var filter = new QueueFilter
        {
            State = reader.Choice<SourceState>("state", state),
            FailureClass = reader.Choice<FailureClass>("class", @class),
            Channel = reader.Text("channel", channel),
            Take = reader.Number("take", take, UsualPage, 1, LongestPage),
            Skip = reader.Number("skip", skip, 0, 0, int.MaxValue),
            WithDetail = true,
        };
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        return filter is { FailureClass: not null, State: not (null or SourceState.Failed) }
            ? Problems.BadParameter("class is given, so state can only be failed.")
            : TypedResults.Ok(await book.ListAsync(filter, cancellationToken));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ReprocessAsync(string key, WantedStage wanted, SourceSteering steering, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var from = reader.Choice<Stage>("from", wanted.From);
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        return from is { } stage and not Stage.Discover
            ? await DoAsync(() => steering.ReprocessAsync(key, stage, cancellationToken))
            : Problems.BadParameter("from is missing; write fetch, decode, transcribe, identify_speakers, chunk, embed or store.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> PrioritiseAsync(string key, WantedPriority wanted, SourceSteering steering, CancellationToken cancellationToken) =>
        wanted.Priority is { } priority and >= -SourceSteering.GreatestPriority and <= SourceSteering.GreatestPriority
            ? await DoAsync(() => steering.SetPriorityAsync(key, priority, cancellationToken))
            : Problems.BadParameter($"priority is missing or too great; write a whole number from {-SourceSteering.GreatestPriority} to {SourceSteering.GreatestPriority}.");

    private static async Task<Results<NoContent, ProblemHttpResult>> MoveAsync(string key, WantedPlace wanted, SourceSteering steering, CancellationToken cancellationToken) => wanted switch
    {
        { Before: { Length: > 0 } before, After: null } => await DoAsync(() => steering.MoveAsync(key, before, before: true, cancellationToken)),
        { Before: null, After: { Length: > 0 } after } => await DoAsync(() => steering.MoveAsync(key, after, before: false, cancellationToken)),
        _ => Problems.BadParameter("before or after is missing; write the key of one recording that waits, as one of them."),
    };

    private static async Task<Results<Ok<RetriedFailures>, ProblemHttpResult>> RetryAllAsync(string @class, SourceSteering steering, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var failureClass = reader.Choice("class", @class, FailureClass.Ours);
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        try
        {
            return TypedResults.Ok(new RetriedFailures(await steering.RetryAllAsync(failureClass, cancellationToken)));
        }
        catch (IngestionException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    private static async Task<Ok<CircuitList>> CircuitsAsync(SourceSteering steering, CancellationToken cancellationToken)
    {
        var circuits = await steering.CircuitsAsync(cancellationToken);
        return TypedResults.Ok(new CircuitList(circuits.Count, [.. circuits.Select(c => new Circuit(c.Host, c.Failures, c.OpenUntil, c.Reason, c.UpdatedAt))], await steering.IsPausedAsync(cancellationToken)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> CloseCircuitAsync(string host, SourceSteering steering, CancellationToken cancellationToken)
    {
        if (host == "*") return Problems.NotFound("The host * is none; to go on after a pause, resume ingestion.");
        var closed = false;
        var answer = await DoAsync(async () => closed = await steering.CloseCircuitAsync(host.ToLowerInvariant(), cancellationToken));
        return answer.Result is NoContent && !closed ? Problems.NotFound($"{host} is asked as usual already.") : answer;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DoAsync(Func<Task> act)
    {
        try
        {
            await act();
            return TypedResults.NoContent();
        }
        catch (NoSuchSourceException ex)
        {
            return Problems.NotFound(ex.Message);
        }
        catch (IngestionException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    internal sealed record WantedStage(string? From);

    internal sealed record WantedPriority(int? Priority);

    internal sealed record WantedPlace(string? Before, string? After);

    internal sealed record RetriedFailures(int Retried);

    /// <param name="Paused">An admin paused everything.</param>
    internal sealed record CircuitList(int Total, IReadOnlyList<Circuit> Items, bool Paused);

    /// <param name="Failures">In a row.</param>
    /// <param name="OpenUntil">Until then the host is left alone; null: it is asked as usual.</param>
    internal sealed record Circuit(string Host, int Failures, DateTimeOffset? OpenUntil, string? Reason, DateTimeOffset UpdatedAt);
}
