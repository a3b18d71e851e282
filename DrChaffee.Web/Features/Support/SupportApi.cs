using DrChaffee.Domain.Audit;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Support;

/// <summary>The support bundle, for admins and their programs.</summary>
internal static class SupportApi
{
    public const string Path = "/api/admin/support-bundle";

    public static void AddSupportBundle(this IServiceCollection services) => services.AddSingleton<SupportRedactor>().AddSingleton<DatabaseFacts>().AddSingleton<SupportBundle>();

    public static void MapSupportApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, DownloadAsync).WithTags("Operations").RequireAuthorization(Rights.Steer).WithName("DownloadSupportBundle")
            .WithSummary("Download what somebody needs who helps: diagnosis, settings without secrets, sizes, failures, events, log; takes some seconds.")
            .Produces<byte[]>(StatusCodes.Status200OK, "application/zip");

    private static async Task<FileStreamHttpResult> DownloadAsync(HttpContext http, SupportBundle bundle, AuditLog audit, TimeProvider time, CancellationToken cancellationToken)
    {
        var zip = new MemoryStream();
        await bundle.WriteAsync(zip, served: true, cancellationToken);
        await audit.WriteAsync(new Actor(http.User.Identity?.Name, Sessions.AddressOf(http)), "download_support_bundle"); // a call that changes nothing is not written down by itself
        zip.Position = 0;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(zip, "application/zip", SupportText.FileName(time.GetUtcNow()));
    }
}
