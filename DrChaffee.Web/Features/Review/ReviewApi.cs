using System.ComponentModel;
using DrChaffee.Domain.Library;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Review;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Review;

/// <summary>What the page of suspect segments does, for programs.</summary>
internal static class ReviewApi
{
    private const int UsualPage = 25;
    private const int LongestPage = 200;

    public static void MapReviewApi(this IEndpointRouteBuilder routes)
    {
        var review = routes.MapGroup("/api/admin/review").WithTags("Operations").RequireAuthorization(Rights.Correct);
        review.MapGet("/", ListAsync).WithName("SuspectSegments").WithSummary("List segments that the transcriber may have invented.").ProducesProblem(StatusCodes.Status400BadRequest);
        review.MapPost("/keep", (Named segment, ReviewBook book, HttpContext context, CancellationToken token) => DecideAsync(segment, book.KeepAsync, context, token)).WithName("KeepSegment")
            .WithSummary("Believe a segment: it is found from now on.").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        review.MapPost("/hide", (Named segment, ReviewBook book, HttpContext context, CancellationToken token) => DecideAsync(segment, book.HideAsync, context, token)).WithName("HideSegment")
            .WithSummary("Leave a segment out of search for good.").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<Page<SuspectSegment>>, ProblemHttpResult>> ListAsync(
        [Description("open (the default) or hidden.")] string? state, string? take, string? skip, ReviewBook book, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var (wanted, most, from) = (reader.Choice("state", state, ReviewState.Open), reader.Number("take", take, UsualPage, 1, LongestPage), reader.Number("skip", skip, 0, 0, int.MaxValue));
        return reader.Fault is { } fault ? Problems.BadParameter(fault) : TypedResults.Ok(await book.ListAsync(wanted, most, from, cancellationToken));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DecideAsync(
        Named segment, Func<string, int, string?, CancellationToken, Task<bool>> decide, HttpContext context, CancellationToken cancellationToken)
    {
        if (segment is not { SourceKey: { Length: > 0 } key, Ordinal: { } ordinal }) return Problems.BadParameter("source_key or ordinal is missing; write the recording's key and the segment's place in it.");
        try
        {
            return await decide(key, ordinal, context.User.Identity?.Name, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound($"No suspect segment of {key} has the place {ordinal}.");
        }
        catch (IngestionRefusedException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    internal sealed record Named(string? SourceKey, int? Ordinal);
}
