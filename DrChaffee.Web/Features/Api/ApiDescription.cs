using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace DrChaffee.Web.Features.Api;

/// <summary>The description of the HTTP interface, and a page to try it.</summary>
internal static class ApiDescription
{
    private const string WayBack = """<p style="margin: 0; padding: 0.75rem 1.5rem; font: 0.875rem system-ui, sans-serif"><a href="/" style="color: var(--scalar-color-1, inherit)">Back to DrChaffee</a></p>""";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "DrChaffee";
            document.Info.Description = "Search a library of talks, read the transcripts, and land on the second where something is said. Errors are problem details (RFC 9457).";
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? []) Describe(operation, parameter);
            return Task.CompletedTask;
        });
    });

    /// <summary>Parameters are read as text, so that each fault becomes a sentence; what they hold is told here.</summary>
    private static void Describe(OpenApiOperation operation, OpenApiParameter parameter)
    {
        if (parameter.Name is "take" or "skip" or "days") parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer };
        if (parameter.Name is "facets") parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean };
        if (parameter.Name is "sort" && operation.OperationId == "Search") parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["relevance", "newest", "oldest"] };
        if (parameter.Name == "q" && operation.OperationId == "Search") parameter.Required = true;
    }

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnonymous().ExcludeFromDescription();
        routes.MapScalarApiReference("/api/try", options => options.WithTitle("DrChaffee: the HTTP interface").DisableDefaultFonts()
            .HideDeveloperTools().HideClientButton().DisableAgent().DisableMcp().DisableTelemetry().WithNonce().AddHeaderContent(WayBack)).AllowAnonymous().ExcludeFromDescription();
    }
}
