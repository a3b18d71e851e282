using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Search;

internal static class SearchApi
{
    public static void MapSearchApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/search", FindAsync).WithTags("Search").WithName("Search").WithSummary("Find passages that answer a question.")
            .ProducesProblem(StatusCodes.Status400BadRequest).AllowAnonymous();

    private static async Task<Results<Ok<SearchResponse>, ProblemHttpResult>> FindAsync(
        [AsParameters] SearchParameters parameters, HybridSearch search, CancellationToken cancellationToken) =>
        parameters.TryRead(out var request, out var fault)
            ? TypedResults.Ok(await search.FindAsync(request, cancellationToken))
            : Problems.BadParameter(fault);
}
