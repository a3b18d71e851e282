using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.Authorization;

namespace DrChaffee.Web.Features.Account;

/// <summary>What may be allowed, by name. What is not marked as open to everyone and names none of these is for admins: whoever forgets one opens nothing.</summary>
internal static class Rights
{
    /// <summary>Whoever is signed in, for what is theirs.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Looks at what goes on, and corrects what was understood wrongly.</summary>
    public const string Correct = "correct";

    /// <summary>Starts, stops and sets what runs; gives others accounts.</summary>
    public const string Steer = "steer";

    private static readonly string Admin = SnakeCase.Name(AccountRole.Admin);
    private static readonly string Editor = SnakeCase.Name(AccountRole.Editor);

    /// <summary>Pages say for themselves who may open them; the line that an open page holds to the server is for whoever is signed in.</summary>
    public static void OpenCircuitsToSignedIn(this RazorComponentsEndpointConventionBuilder pages) => pages.Add(endpoint =>
    {
        if (endpoint is RouteEndpointBuilder route && IsOfCircuits(route.RoutePattern.RawText)) endpoint.Metadata.Add(new AuthorizeAttribute(SignedIn));
    });

    private static bool IsOfCircuits(string? path) => path?.TrimStart('/') is { } text && (text.StartsWith("_blazor", StringComparison.Ordinal) || text.StartsWith("_framework", StringComparison.Ordinal));

    public static void AddRights(this IServiceCollection services)
    {
        var steer = new AuthorizationPolicyBuilder().RequireRole(Admin).Build();
        services.AddAuthorizationBuilder().SetDefaultPolicy(steer).SetFallbackPolicy(steer)
            .AddPolicy(Steer, steer)
            .AddPolicy(Correct, policy => policy.RequireRole(Admin, Editor))
            .AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
    }
}
