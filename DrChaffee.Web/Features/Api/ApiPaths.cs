namespace DrChaffee.Web.Features.Api;

/// <summary>Which requests programs make, to be answered with problem details, and which a person's browser makes, to be answered with pages.</summary>
internal static class ApiPaths
{
    private static readonly PathString[] Programs = ["/api", "/hubs", "/health", "/metrics", "/media", "/openapi", "/_blazor", "/_framework", "/_content", "/css", "/js", "/fonts", "/icons"];

    public static bool IsApi(HttpContext context) => IsApi(context.Request.Path);

    public static bool IsApi(PathString path) => Programs.Any(program => path.StartsWithSegments(program, StringComparison.OrdinalIgnoreCase));

    public static bool IsPage(HttpContext context) => !IsApi(context);
}
