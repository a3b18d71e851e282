using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Guard;

[Collection<OnTheApp>]
public sealed class SecurityHeadersTests(ChaffeeApp app)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_answers_with_them_whatever_it_answers()
    {
        using var client = app.Client();
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => !path.Contains("{**", StringComparison.Ordinal)).Distinct().ToList();

        Assert.Contains("/admin", routes);
        Assert.Contains(routes, path => path.StartsWith("/css/", StringComparison.Ordinal));
        foreach (var path in routes) await CheckAsync(client, path);
    }

    [Theory]
    [InlineData("/?q=salt")]
    [InlineData("/watch/no-such-recording")]
    [InlineData("/nothing/here")]
    [InlineData("/api/nothing")]
    [InlineData("/api/search")]
    [InlineData("/css/nothing.css")]
    public async Task Errors_carry_them_too(string path)
    {
        using var client = app.Client();
        await CheckAsync(client, path);
    }

    [Fact]
    public async Task Scripts_come_from_files_of_this_site_alone()
    {
        using var client = app.Client();
        foreach (var path in new[] { "/", "/?q=salt", "/library", $"/watch/{await app.KeyOfAsync("salt")}", "/account/sign-in", "/admin", "/health" })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Token);
            var policy = Policy(answer);

            Assert.Equal("'self'", policy["script-src"]);
            Assert.Equal(path == "/admin" ? "'self' 'unsafe-inline'" : "'self'", policy["style-src"]);
            Assert.Equal(path.StartsWith("/watch/", StringComparison.Ordinal) ? "https://www.youtube-nocookie.com" : "'none'", policy["frame-src"]);
        }
    }

    [Fact]
    public async Task The_page_that_tries_the_interface_gets_a_new_number_for_its_script_each_time()
    {
        using var client = app.Client();
        using var first = await client.GetAsync(new Uri("/api/try/", UriKind.Relative), Token);
        using var second = await client.GetAsync(new Uri("/api/try/", UriKind.Relative), Token);

        Assert.Matches("^'self' 'nonce-[A-Za-z0-9_-]{30,}'$", Policy(first)["script-src"]);
        Assert.NotEqual(Policy(first)["script-src"], Policy(second)["script-src"]);
    }

    [Fact]
    public async Task Https_is_asked_for_where_it_was_used_and_there_cookies_need_it()
    {
        await using var behind = new EmptyApp { Variables = [("TRUSTED_PROXIES", "127.0.0.0/8")] };
        await behind.InitializeAsync();
        using var client = behind.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account/sign-in") { Headers = { { "X-Forwarded-Proto", "https" }, { "Host", "library.example.org" } } };
        using var secure = await client.SendAsync(request, Token);
        using var plain = await client.GetAsync(new Uri("/account/sign-in", UriKind.Relative), Token);

        Assert.StartsWith("max-age=", Assert.Single(secure.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
        Assert.All(secure.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Cookies_are_not_for_scripts_and_stay_on_this_site()
    {
        using var client = app.Client();
        await app.SignedInClientAsync();
        using var answer = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", "admin"), ("Entry.Password", ChaffeeApp.Password));
        using var page = await client.GetAsync(new Uri("/account/sign-in", UriKind.Relative), Token);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();

        Assert.Contains(cookies, cookie => cookie.StartsWith("drchaffee=", StringComparison.Ordinal));
        Assert.All(cookies, cookie =>
        {
            Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Matches("(?i); samesite=(lax|strict)", cookie);
        });
    }

    private static async Task CheckAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Token);
        var policy = Policy(answer);

        Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, $"{path} answered {(int)answer.StatusCode}.");
        Assert.DoesNotContain("unsafe", policy["script-src"], StringComparison.Ordinal);
        Assert.Equal(("'none'", "'self'", "'self'", "'none'"), (policy["object-src"], policy["base-uri"], policy["form-action"], policy["frame-ancestors"]));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
        Assert.Equal(["strict-origin-when-cross-origin"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["same-origin"], answer.Headers.GetValues("Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Assert.Single(answer.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server") || answer.Headers.Contains("X-Powered-By"));
    }

    private static Dictionary<string, string> Policy(HttpResponseMessage answer) =>
        Assert.Single(answer.Headers.GetValues("Content-Security-Policy")).Split("; ").Select(part => part.Split(' ', 2)).ToDictionary(part => part[0], part => part[1]);
}
