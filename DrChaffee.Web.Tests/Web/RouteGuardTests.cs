using System.Net;
using System.Reflection;
using System.Security.Claims;
using System.Text;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Web;

[Collection<OnTheApp>]
public sealed class RouteGuardTests(ChaffeeApp app)
{
    /// <summary>All that an editor may reach besides: what is new is for admins unless it is written here.</summary>
    private static readonly string[] Editors =
    [
        "admin", "admin/capacity", "admin/lab", "admin/review", "account", "account/two-factor", "api/admin/ingestion", "api/admin/capacity", "api/admin/review", "api/admin/lab", "hubs/ingestion", "_blazor", "_framework",
    ];

    /// <summary>Methods of hubs that an editor may call.</summary>
    private static readonly string[] HubMethodsOfEditors = ["IngestionHub.EventsAfter", "IngestionHub.Snapshot"];

    /// <summary>All that a visitor may reach, by the beginning of the address; whatever is new must be written here to be open.</summary>
    private static readonly string[] Open =
        ["health", "metrics", "api/search", "api/sources", "api/suggestions", "media/", "openapi/", "api/try", "watch/", "library", "account/sign-in", "account/sign-out", "account/setup", "account/refused", "not-found", "error", "css/", "js/", "fonts/", "icons/", "_content/", "_framework/", "features/", "drchaffee.web."];

    [Fact]
    public void Only_what_is_listed_here_is_open_to_everyone()
    {
        using var client = app.Client();
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        var open = routes.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => e.RoutePattern.RawText!.TrimStart('/')).Where(path => path is not "" && !path.StartsWith("{**", StringComparison.Ordinal));

        Assert.All(open, path => Assert.Contains(Open, start => path.StartsWith(start, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Everything_else_is_refused_to_those_who_are_not_signed_in()
    {
        using var client = app.Client();
        var closed = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null).ToList();

        Assert.Contains(closed, e => e.RoutePattern.RawText == "/admin");
        Assert.Contains(closed, e => e.RoutePattern.RawText!.StartsWith("/api/admin", StringComparison.Ordinal));
        Assert.Contains(closed, e => e.RoutePattern.RawText!.StartsWith("/hubs/ingestion", StringComparison.Ordinal));
        foreach (var endpoint in closed.Where(e => !e.RoutePattern.RawText!.StartsWith("{**", StringComparison.Ordinal))) // what nothing else answers
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : "GET";
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}");
            if (method != "GET") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.True(
                answer.StatusCode == HttpStatusCode.Unauthorized || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.ToString().Contains("/account/sign-in", StringComparison.Ordinal)),
                $"{method} {endpoint.RoutePattern.RawText} answered {(int)answer.StatusCode}.");
        }
    }

    [Fact]
    public async Task An_editor_reaches_what_is_listed_here_and_is_refused_everywhere_else()
    {
        using var editor = await app.EditorClientAsync();
        var refused = 0;
        foreach (var endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null && !e.RoutePattern.RawText!.StartsWith("{**", StringComparison.Ordinal)))
        {
            var path = endpoint.RoutePattern.RawText!.Trim('/');
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : "GET";
            var mine = Editors.Any(start => path == start || (start is not ("admin" or "account") && path.StartsWith($"{start}/", StringComparison.Ordinal)));
            if (mine && method != "GET") continue; // it would change something
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/{path}");
            if (method != "GET") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await editor.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var turnedAway = answer.StatusCode == HttpStatusCode.Forbidden || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.ToString().Contains("/account/refused", StringComparison.Ordinal));

            Assert.True(turnedAway != mine && answer.StatusCode != HttpStatusCode.Unauthorized, $"{method} {path} answered an editor {(int)answer.StatusCode}.");
            if (turnedAway) refused++;
        }

        Assert.True(refused > 20, $"Only {refused} addresses were refused.");
    }

    [Fact]
    public async Task What_names_no_right_is_for_admins()
    {
        using var client = app.Client();
        var (policies, authorization) = (app.Services.GetRequiredService<IAuthorizationPolicyProvider>(), app.Services.GetRequiredService<IAuthorizationService>());

        foreach (var policy in new[] { (await policies.GetFallbackPolicyAsync())!, await policies.GetDefaultPolicyAsync() })
        {
            Assert.True((await authorization.AuthorizeAsync(Person("admin"), resource: null, policy)).Succeeded);
            Assert.False((await authorization.AuthorizeAsync(Person("editor"), resource: null, policy)).Succeeded);
            Assert.False((await authorization.AuthorizeAsync(new ClaimsPrincipal(new ClaimsIdentity()), resource: null, policy)).Succeeded);
        }

        static ClaimsPrincipal Person(string role) => new(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], "cookie"));
    }

    [Fact]
    public void Every_method_of_a_hub_is_for_admins_unless_it_is_listed_here()
    {
        var hubs = typeof(Layout.App).Assembly.GetTypes().Where(type => typeof(Hub).IsAssignableFrom(type)).ToList();
        var methods = from hub in hubs
                      from method in hub.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                      where method.GetBaseDefinition().DeclaringType != typeof(Hub)
                      select method;

        Assert.NotEmpty(hubs);
        Assert.All(hubs, hub => Assert.NotNull(hub.GetCustomAttribute<AuthorizeAttribute>()));
        Assert.All(methods.Where(method => !HubMethodsOfEditors.Contains($"{method.DeclaringType!.Name}.{method.Name}")),
            method => Assert.Equal(Rights.Steer, method.GetCustomAttribute<AuthorizeAttribute>()?.Policy));
    }

    [Fact]
    public async Task A_wrong_method_is_told_as_such()
    {
        using var client = app.Client();
        using var answer = await client.DeleteAsync(new Uri("/api/search", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in_before_the_body_is_looked_at()
    {
        using var client = app.Client();
        using var body = new StringContent("path=/tmp");
        using var answer = await client.PostAsync(new Uri("/api/admin/ingest", UriKind.Relative), body, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("/admin/anything")]
    [InlineData("/api/admin/anything")]
    [InlineData("/anything.txt")]
    public async Task What_does_not_exist_is_not_found_without_telling_more(string path)
    {
        using var client = app.Client();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
