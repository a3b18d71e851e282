using DrChaffee.Ingestion.Capacity;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Capacity;

/// <summary>What the page of the capacity shows, for programs.</summary>
internal static class CapacityApi
{
    public static void MapCapacityApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/admin/capacity", ReadAsync).WithTags("Operations").RequireAuthorization(Rights.Correct).WithName("Capacity")
            .WithSummary("Tell how large the library is, what it takes on disk and in memory, how it grew, and how long there is room; measured once a minute.");

    private static async Task<Ok<CapacityReport>> ReadAsync(CapacityBook book, CancellationToken cancellationToken) =>
        TypedResults.Ok(await book.ReadAsync(cancellationToken));
}
