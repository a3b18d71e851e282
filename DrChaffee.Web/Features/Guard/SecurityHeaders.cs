using Scalar.AspNetCore;

namespace DrChaffee.Web.Features.Guard;

/// <summary>What every answer tells a browser to refuse. Scripts come from files of this site alone.</summary>
internal static class SecurityHeaders
{
    private const string ForAYear = "max-age=31536000";
    private const string Nothing = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var path = context.Request.Path; // an error page is answered under another one
        context.Response.OnStarting(() =>
        {
            Write(context, path);
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static void Write(HttpContext context, PathString path)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(path, context.Items[ScalarOptions.NonceHttpContextItemKey] as string);
        headers.XFrameOptions = "DENY"; // for browsers that do not know frame-ancestors
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"; // the player of a video asks where it stands
        headers["Permissions-Policy"] = Nothing;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (context.Request is { IsHttps: true, Host.Host: not ("localhost" or "127.0.0.1" or "[::1]") }) headers.StrictTransportSecurity = ForAYear;
    }

    /// <param name="nonce">Of the page that tries the HTTP interface: it is another's, and begins with a script in the page.</param>
    private static string Policy(PathString path, string? nonce)
    {
        var scripts = nonce is null ? "'self'" : $"'self' 'nonce-{nonce}'";
        // MudBlazor writes its theme and sizes as styles in the page, and so does the page that tries the interface.
        var styles = nonce is not null || path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase) ? "'self' 'unsafe-inline'" : "'self'";
        var frames = path.StartsWithSegments("/watch", StringComparison.OrdinalIgnoreCase) ? "https://www.youtube-nocookie.com" : "'none'";
        return $"default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; frame-src {frames}; "
            + "manifest-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    }
}
