using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Channels;

/// <summary>What the page of the sources does, for programs.</summary>
internal static class ChannelsApi
{
    public static void MapChannelsApi(this IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/api/admin/channels").WithTags("Operations").RequireAuthorization(Rights.Steer);
        channels.MapGet("/", ListAsync).WithName("Channels").WithSummary("List the channels, feeds and folders that recordings come from.");
        channels.MapGet("/{id}", FindAsync).WithName("Channel").WithSummary("Tell of one channel.").ProducesProblem(StatusCodes.Status404NotFound);
        channels.MapPost("/", AddAsync).WithName("AddChannel").WithSummary("Take in a channel, playlist, feed or folder by its address.").ProducesRefusals();
        channels.MapPut("/{id}", ChangeAsync).WithName("ChangeChannel").WithSummary("Change what is wanted of a channel, and when.").ProducesRefusals();
        channels.MapPost("/{id}/pause", (long id, ChannelBook book, CancellationToken token) => PauseAsync(id, paused: true, book, token)).WithName("PauseChannel").WithSummary("Pause a channel.").ProducesRefusals();
        channels.MapPost("/{id}/resume", (long id, ChannelBook book, CancellationToken token) => PauseAsync(id, paused: false, book, token)).WithName("ResumeChannel").WithSummary("Resume a paused channel.").ProducesRefusals();
        channels.MapPost("/{id}/look", LookAsync).WithName("LookIntoChannel").WithSummary("Look now for what is new in a channel, and take it in.").ProducesRefusals();
        channels.MapDelete("/{id}", RemoveAsync).WithName("RemoveChannel").WithSummary("Forget a channel; its recordings stay.").ProducesRefusals();
    }

    private static void ProducesRefusals(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Ok<ChannelList>> ListAsync(ChannelBook book, CancellationToken cancellationToken)
    {
        var channels = await book.ListAsync(cancellationToken);
        return TypedResults.Ok(new ChannelList(channels.Count, channels));
    }

    private static async Task<Results<Ok<ChannelState>, ProblemHttpResult>> FindAsync(long id, ChannelBook book, CancellationToken cancellationToken) =>
        await book.FindAsync(id, cancellationToken) is { } channel ? TypedResults.Ok(channel) : NoSuch(id);

    private static async Task<Results<Created<ChannelState>, ProblemHttpResult>> AddAsync(NewChannel channel, ChannelBook book, CancellationToken cancellationToken)
    {
        try
        {
            var added = await book.AddAsync(channel.Address, channel.Settings ?? ChannelDraft.Suggested, cancellationToken);
            return TypedResults.Created($"/api/admin/channels/{added.Id}", added);
        }
        catch (IngestionException ex)
        {
            return Problem(ex);
        }
    }

    private static async Task<Results<Ok<ChannelState>, ProblemHttpResult>> ChangeAsync(long id, ChannelSettings settings, ChannelBook book, CancellationToken cancellationToken)
    {
        try
        {
            return await book.ChangeAsync(id, settings, cancellationToken) is { } changed ? TypedResults.Ok(changed) : NoSuch(id);
        }
        catch (IngestionException ex)
        {
            return Problem(ex);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> PauseAsync(long id, bool paused, ChannelBook book, CancellationToken cancellationToken)
    {
        try
        {
            return await book.PauseAsync(id, paused, cancellationToken) ? TypedResults.NoContent() : NoSuch(id);
        }
        catch (IngestionException ex)
        {
            return Problem(ex);
        }
    }

    private static async Task<Results<Accepted<StartedRun>, ProblemHttpResult>> LookAsync(long id, ChannelBook book, IngestionRuns runs, CancellationToken cancellationToken)
    {
        if (await book.FindAsync(id, cancellationToken) is not { } channel) return NoSuch(id);
        if (book.RequestFor(channel) is not { } request) return Problems.Refused($"Nobody can look into {channel.Title}: it is where recordings came from, not a channel.");
        try
        {
            return TypedResults.Accepted("/api/admin/ingestion", new StartedRun(await runs.StartAsync(request, cancellationToken)));
        }
        catch (IngestionException ex)
        {
            return Problem(ex);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(long id, ChannelBook book, CancellationToken cancellationToken)
    {
        try
        {
            return await book.RemoveAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuch(id);
        }
        catch (IngestionException ex)
        {
            return Problem(ex);
        }
    }

    private static ProblemHttpResult NoSuch(long id) => Problems.NotFound($"There is no channel {id}.");

    private static ProblemHttpResult Problem(IngestionException fault) => fault is IngestionRefusedException ? Problems.Refused(fault.Message) : Problems.BadParameter(fault.Message);

    internal sealed record ChannelList(int Total, IReadOnlyList<ChannelState> Items);

    /// <param name="Settings">Left out: looked at once a day, shorts and what is for members only left out.</param>
    internal sealed record NewChannel(string? Address, ChannelSettings? Settings);

    internal sealed record StartedRun(Guid RunId);
}
