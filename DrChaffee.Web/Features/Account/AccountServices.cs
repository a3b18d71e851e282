using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Settings;
using DrChaffee.Web.Features.Account.External;
using DrChaffee.Web.Features.Account.TwoFactor;
using DrChaffee.Web.Features.Api;
using DrChaffee.Web.Features.Audit;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace DrChaffee.Web.Features.Account;

/// <summary>Who is signed in; <see cref="Rights"/> says who may do what.</summary>
internal static class AccountServices
{
    public const string SignInPath = "/account/sign-in";
    public const string SetupPath = "/account/setup";
    public const string RefusedPath = "/account/refused";

    public static void AddAccounts(this IServiceCollection services, ChaffeeSettings settings)
    {
        var authentication = services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "drchaffee";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.LoginPath = SignInPath;
            cookie.AccessDeniedPath = RefusedPath;
            cookie.ReturnUrlParameter = "return";
            cookie.ExpireTimeSpan = Sessions.Lifetime;
            cookie.Events.OnValidatePrincipal = EndIfOverAsync;
            cookie.Events.OnRedirectToLogin = context => RedirectPeopleOnly(context, StatusCodes.Status401Unauthorized);
            cookie.Events.OnRedirectToAccessDenied = context => RedirectPeopleOnly(context, StatusCodes.Status403Forbidden);
        });
        if (settings.Oidc is { } provider) authentication.AddExternalSignIn(provider);
        services.AddRights();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionWatch>();
        services.AddScoped<PageActs>();

        services.AddAccountBooks();
        services.AddSingleton<SignInTickets>();
        services.AddSingleton<CodeBook>();
        services.AddSingleton<SignInDesk>();
        services.AddSingleton<SignInThrottle>();
        services.AddHostedService<FirstAdmin>();
        services.AddSingleton<HubWatch>();
    }

    /// <summary>What the command line needs, too.</summary>
    public static void AddAccountBooks(this IServiceCollection services)
    {
        services.AddSingleton<IPasswordHasher<Domain.Accounts.Account>, PasswordHasher<Domain.Accounts.Account>>();
        services.AddSingleton<AccountBook>();
        services.AddSingleton<AccountDesk>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SetupTokens>();
    }

    public static void MapAccountApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/account/sign-out", SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapExternalSignIn(routes.ServiceProvider.GetRequiredService<ChaffeeSettings>().Oidc);
    }

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> SignOutAsync(HttpContext context, IAntiforgery antiforgery, Sessions sessions, AuditLog audit)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) return Problems.BadParameter("The form has expired; go back, reload the page and try again.");
        if (context.User.Identity is { IsAuthenticated: true, Name: var name })
        {
            await sessions.EndOwnAsync(context.User);
            await audit.WriteAsync(new Actor(name, Sessions.AddressOf(context)), AuditActions.SignOut);
        }

        await context.SignOutAsync();
        return TypedResults.Redirect("/");
    }

    private static async Task EndIfOverAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        try
        {
            if (await sessions.SeeAsync(context.Principal, context.HttpContext)) return;
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException)
        {
            context.RejectPrincipal(); // nobody for this request; the cookie stays for when the database is back
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync();
    }

    private static Task RedirectPeopleOnly(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (ApiPaths.IsApi(context.HttpContext)) context.Response.StatusCode = status;
        else context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
