using DrChaffee.Domain.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace DrChaffee.Web.Features.Account.External;

/// <summary>Signing in by OpenID Connect: the code flow, with proof of who asked for the code.</summary>
internal static class ExternalSignIn
{
    public const string StartPath = "/account/sign-in/provider";
    public const string CallbackPath = "/account/sign-in/back";
    private static readonly string FailedPath = $"{AccountServices.SignInPath}?provider=failed";

    public static void AddExternalSignIn(this AuthenticationBuilder authentication, OidcSettings provider)
    {
        authentication.Services.AddSingleton<ExternalAccounts>();
        authentication.AddOpenIdConnect(oidc =>
        {
            oidc.Authority = provider.Authority.ToString();
            oidc.RequireHttpsMetadata = provider.Authority.Scheme == Uri.UriSchemeHttps;
            oidc.ClientId = provider.ClientId;
            oidc.ClientSecret = provider.ClientSecret;
            oidc.CallbackPath = CallbackPath;
            oidc.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            (oidc.ResponseType, oidc.ResponseMode, oidc.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
            oidc.CorrelationCookie.SameSite = oidc.NonceCookie.SameSite = SameSiteMode.Lax; // the answer comes as a plain link
            oidc.CorrelationCookie.SecurePolicy = oidc.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            oidc.Scope.Clear();
            foreach (var scope in (string[])["openid", "profile", "email"]) oidc.Scope.Add(scope);
            (oidc.MapInboundClaims, oidc.GetClaimsFromUserInfoEndpoint) = (false, true);
            oidc.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
            oidc.ClaimActions.MapUniqueJsonKey("preferred_username", "preferred_username");
            if (provider.RolesClaim is { } roles) oidc.ClaimActions.MapJsonKey(roles, roles);
            oidc.Events.OnTicketReceived = EnterAsync;
            oidc.Events.OnRemoteFailure = FailAsync;
        });
    }

    public static void MapExternalSignIn(this IEndpointRouteBuilder routes, OidcSettings? provider)
    {
        if (provider is not null) routes.MapGet(StartPath, StartAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task StartAsync(HttpContext context, string? @return, ILoggerFactory loggers)
    {
        try
        {
            await context.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = ReturnPath.OrDashboard(@return), IsPersistent = true });
        }
        catch (Exception ex) when (ex is InvalidOperationException or IOException or HttpRequestException) // its description cannot be read
        {
            ExternalAccounts.LogFailed(loggers.CreateLogger(nameof(ExternalSignIn)), ex);
            context.Response.Redirect(FailedPath);
        }
    }

    private static async Task EnterAsync(TicketReceivedContext context)
    {
        var accounts = context.HttpContext.RequestServices.GetRequiredService<ExternalAccounts>();
        if (await accounts.EnterAsync(context.Principal!, context.HttpContext) is { } known)
        {
            context.Principal = known;
            return;
        }

        context.Response.Redirect(AccountServices.RefusedPath);
        context.HandleResponse();
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        ExternalAccounts.LogFailed(context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(ExternalSignIn)), context.Failure);
        context.Response.Redirect(FailedPath);
        context.HandleResponse();
        return Task.CompletedTask;
    }
}
