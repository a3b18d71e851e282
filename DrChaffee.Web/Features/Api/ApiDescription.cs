using Scalar.AspNetCore;

namespace DrChaffee.Web.Features.Api;

/// <summary>The description of the HTTP interface, and a page to try it.</summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "DrChaffee";
            document.Info.Description = "Search a library of talks, read the transcripts, and land on the second where something is said. Errors are problem details (RFC 9457).";
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnonymous().ExcludeFromDescription();
        routes.MapScalarApiReference("/api/try", options => options.WithTitle("DrChaffee: the HTTP interface").DisableDefaultFonts()).AllowAnonymous().ExcludeFromDescription();
    }
}
