using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Alerts;
using DrChaffee.Web.Features.Api;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Features.Capacity;
using DrChaffee.Web.Features.Channels;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Features.Health;
using DrChaffee.Web.Features.Lab;
using DrChaffee.Web.Features.Library;
using DrChaffee.Web.Features.Models;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Features.Review;
using DrChaffee.Web.Features.Schedule;
using DrChaffee.Web.Features.Search;
using DrChaffee.Web.Features.Support;
using DrChaffee.Web.Features.Sync;
using DrChaffee.Web.Features.Telemetry;
using DrChaffee.Web.Features.Watch;
using DrChaffee.Web.Layout;

namespace DrChaffee.Web;

internal static class WebPipeline
{
    private const string ForAYear = "public, max-age=31536000, immutable";

    public static void UseWeb(this WebApplication app)
    {
        app.UseGuard();
        app.Use(AnswerHeadAsync);
        app.UseResponseCompression();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error",
            CreateScopeForErrors = true,
            SuppressDiagnosticsCallback = _ => false, // what is answered as a problem stands in the log all the same
        });
        app.UseWhen(ApiPaths.IsPage, pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseWhen(ApiPaths.IsApi, api => api.UseStatusCodePages());
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/fonts", StringComparison.OrdinalIgnoreCase), fonts => fonts.Use(CacheFontsAsync));
        app.UseRouting();
        app.UseAuthentication();
        app.Use(AnswerWithoutEndpointAsync);
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    /// <summary>Whatever is not marked as open to everyone, or to editors, is for admins: see <see cref="Rights"/>.</summary>
    public static void MapWeb(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthApi();
        app.MapMetricsApi();
        app.MapSearchApi();
        app.MapSourcesApi();
        app.MapMediaApi();
        var admin = app.MapGroup("").AddEndpointFilterFactory(AdminCallAudit.Create);
        admin.MapOperationsApi();
        admin.MapSteeringApi();
        admin.MapCapacityApi();
        admin.MapSupportApi();
        admin.MapScheduleApi();
        admin.MapAlertsApi();
        admin.MapChannelsApi();
        admin.MapLabApi();
        admin.MapJudgmentsApi();
        admin.MapModelsApi();
        admin.MapReviewApi();
        admin.MapSyncApi();
        admin.MapAuditApi();
        app.MapAccountApi();
        app.MapApiDescription();
        app.MapHub<IngestionHub>(IngestionHub.Path);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null).OpenCircuitsToSignedIn(); // SecurityHeaders has it
    }

    /// <summary>Whoever asks for the head of a page or of the health report gets it as for the whole; the server leaves the body out. Files and media answer by themselves.</summary>
    private static Task AnswerHeadAsync(HttpContext context, RequestDelegate next)
    {
        var isAsked = ApiPaths.IsPage(context) || context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);
        if (isAsked && HttpMethods.IsHead(context.Request.Method)) context.Request.Method = HttpMethods.Get;
        return next(context);
    }

    /// <summary>What does not exist, or not by that method, is no secret: without this a stranger would be asked to sign in for it.</summary>
    private static Task AnswerWithoutEndpointAsync(HttpContext context, RequestDelegate next)
    {
        switch (context.GetEndpoint())
        {
            case null:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            case RouteEndpoint:
                return next(context);
            case not null when context.Request.Path.StartsWithSegments("/api/admin", StringComparison.OrdinalIgnoreCase):
                return next(context); // strangers are asked to sign in before anything else
            case { RequestDelegate: { } refuse }: // what routing makes of a wrong method or content type
                return refuse(context);
            default:
                return next(context);
        }
    }

    /// <summary>Style sheets name fonts without a fingerprint; a new font gets a new file name.</summary>
    private static Task CacheFontsAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode == StatusCodes.Status200OK) context.Response.Headers.CacheControl = ForAYear;
            return Task.CompletedTask;
        });
        return next(context);
    }
}
