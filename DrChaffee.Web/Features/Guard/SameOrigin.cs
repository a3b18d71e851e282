using DrChaffee.Domain.Settings;

namespace DrChaffee.Web.Features.Guard;

/// <summary>
/// Keeps pages of other sites from acting with a visitor's cookie: what changes something, and what opens a circuit or a hub, must come from a page of this site or from a
/// program. Browsers say where a request comes from, and no script can make them say otherwise; programs say nothing.
/// </summary>
internal static class SameOrigin
{
    public static void UseSameOrigin(this IApplicationBuilder app, GuardSettings settings) => app.Use((context, next) =>
        !NeedsProof(context.Request) || IsOurs(context.Request, settings) ? next(context) : Refusal.WriteAsync(
            context, StatusCodes.Status403Forbidden, "Another site asked", "A page of another site sent this request; open this site itself. An operator allows that site by ALLOWED_ORIGINS."));

    private static bool NeedsProof(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase);

    private static bool IsOurs(HttpRequest request, GuardSettings settings)
    {
        var (site, origin) = (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString());
        if (settings.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)) return true;
        if (site.Length > 0) return site is "same-origin" or "none";
        return origin.Length == 0 || IsThisHost(origin, request);
    }

    /// <summary>The scheme is left out of it: a proxy that nobody named as trusted may have ended TLS.</summary>
    private static bool IsThisHost(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Scheme is "http" or "https"
        && Uri.TryCreate($"{from.Scheme}://{request.Host.Value}", UriKind.Absolute, out var here) && from.Authority.Equals(here.Authority, StringComparison.OrdinalIgnoreCase);
}
