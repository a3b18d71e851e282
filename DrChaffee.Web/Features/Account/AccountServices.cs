using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace DrChaffee.Web.Features.Account;

/// <summary>Who may do what. Every endpoint that is not marked as open to everyone is for those who are signed in.</summary>
internal static class AccountServices
{
    public const string SignInPath = "/account/sign-in";
    public const string SetupPath = "/account/setup";

    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "drchaffee";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.LoginPath = cookie.AccessDeniedPath = SignInPath;
            cookie.ReturnUrlParameter = "return";
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.Events.OnValidatePrincipal = EndIfPasswordChangedAsync;
            cookie.Events.OnRedirectToLogin = cookie.Events.OnRedirectToAccessDenied = RedirectPeopleOnly;
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionWatch>();

        services.AddSingleton<IPasswordHasher<Domain.Accounts.Account>, PasswordHasher<Domain.Accounts.Account>>();
        services.AddSingleton<AccountBook>();
        services.AddSingleton<SetupTokens>();
        services.AddSingleton<SignInThrottle>();
        services.AddHostedService<FirstAdmin>();
    }

    public static void MapAccountApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/account/sign-out", SignOutAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> SignOutAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) return Problems.BadParameter("The form has expired; go back, reload the page and try again.");
        await context.SignOutAsync();
        return TypedResults.Redirect("/");
    }

    private static async Task EndIfPasswordChangedAsync(CookieValidatePrincipalContext context)
    {
        var book = context.HttpContext.RequestServices.GetRequiredService<AccountBook>();
        try
        {
            if (context.Principal is { } principal && await book.IsCurrentAsync(principal, context.HttpContext.RequestAborted)) return;
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException)
        {
            context.RejectPrincipal(); // nobody for this request; the cookie stays for when the database is back
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync();
    }

    private static Task RedirectPeopleOnly(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (ApiPaths.IsApi(context.HttpContext)) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
