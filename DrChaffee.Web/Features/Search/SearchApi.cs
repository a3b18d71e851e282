using DrChaffee.Domain.Library;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Search;

internal static class SearchApi
{
    public static void MapSearchApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/search", FindAsync).WithTags("Search").WithName("Search").WithSummary("Find passages that answer a question.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).AllowAnonymous();

    private static async Task<Results<Ok<SearchResponse>, ProblemHttpResult>> FindAsync(
        [AsParameters] SearchParameters parameters, HybridSearch search, LibraryQueries library, CancellationToken cancellationToken)
    {
        if (!parameters.TryRead(out var request, out var fault)) return Problems.BadParameter(fault);
        if (request.Filter.SourceKey is { } key && await library.FindAsync(key, cancellationToken) is null) return Problems.NoSuchSource(key);
        return TypedResults.Ok(await search.FindAsync(request, cancellationToken));
    }
}
