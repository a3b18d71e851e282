using DrChaffee.Domain.Library;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Library;

internal static class SourcesApi
{
    public static void MapSourcesApi(this IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup("/api/sources").WithTags("Library").AllowAnonymous();
        sources.MapGet("/", ListAsync).WithName("Sources").WithSummary("List recordings.").ProducesProblem(StatusCodes.Status400BadRequest);
        sources.MapGet("/{key}", FindAsync).WithName("Source").WithSummary("Tell about one recording.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<Page<SourceSummary>>, ProblemHttpResult>> ListAsync(
        [AsParameters] SourcesParameters parameters, LibraryQueries library, CancellationToken cancellationToken) =>
        parameters.TryRead(out var filter, out var fault)
            ? TypedResults.Ok(await library.ListAsync(filter, cancellationToken))
            : Problems.BadParameter(fault);

    private static async Task<Results<Ok<SourceSummary>, ProblemHttpResult>> FindAsync(string key, LibraryQueries library, CancellationToken cancellationToken) =>
        await library.FindAsync(key, cancellationToken) is { } source ? TypedResults.Ok(source) : Problems.NoSuchSource(key);
}
