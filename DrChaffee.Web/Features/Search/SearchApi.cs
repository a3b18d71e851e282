using System.ComponentModel;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DrChaffee.Web.Features.Search;

internal static class SearchApi
{
    public static void MapSearchApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/search", FindAsync).WithTags("Search").WithName("Search").WithSummary("Find passages that answer a question.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).AllowAnonymous();
        routes.MapGet("/api/suggestions", SuggestAsync).WithTags("Search").WithName("Suggest").WithSummary("Complete what is being typed.")
            .ProducesProblem(StatusCodes.Status400BadRequest).AllowAnonymous();
    }

    private static async Task<Results<Ok<SuggestionList>, ProblemHttpResult>> SuggestAsync(
        [FromQuery(Name = "q"), Description("What has been typed.")] string? typed, [FromQuery, Description("How many at most, 1 to 20; 8 without it.")] string? take,
        Suggestions suggestions, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var text = reader.Text("q", typed) ?? "";
        var most = reader.Number("take", take, 8, 1, 20);
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        var items = await suggestions.FindAsync(text, most, cancellationToken);
        return TypedResults.Ok(new SuggestionList(items.Count, items));
    }

    internal sealed record SuggestionList(int Total, IReadOnlyList<Suggestion> Items);

    private static async Task<Results<Ok<SearchResponse>, ProblemHttpResult>> FindAsync(
        [AsParameters] SearchParameters parameters, HybridSearch search, LibraryQueries library, CancellationToken cancellationToken)
    {
        if (!parameters.TryRead(out var request, out var fault)) return Problems.BadParameter(fault);
        if (request.Filter.SourceKey is { } key && await library.FindAsync(key, cancellationToken) is null) return Problems.NoSuchSource(key);
        return TypedResults.Ok(await search.FindAsync(request, cancellationToken));
    }
}
