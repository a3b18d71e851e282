using System.Net;
using System.Net.WebSockets;
using System.Text;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Guard;

[Collection<OnTheApp>]
public sealed class SameOriginTests(ChaffeeApp app)
{
    private const string Elsewhere = "https://elsewhere.example";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cross-site", Elsewhere)]
    [InlineData("same-site", "https://other.example.org")]
    [InlineData(null, Elsewhere)]
    [InlineData(null, "null")]
    public async Task What_another_site_sends_with_the_cookie_is_refused(string? site, string origin)
    {
        using var client = await app.SignedInClientAsync();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("cron", "off")]);
        using var json = new StringContent("""{"cron":"off"}""", Encoding.UTF8, "text/plain"); // what a page may send without asking first
        using var first = await SendAsync(client, HttpMethod.Post, "/api/admin/schedule/ingest/run", form, site, origin);
        using var second = await SendAsync(client, HttpMethod.Put, "/api/admin/schedule", json, site, origin);
        using var third = await SendAsync(client, HttpMethod.Post, "/account/sign-out", null, site, origin);

        Assert.All([first, second, third], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType?.MediaType);
        Assert.Contains("ALLOWED_ORIGINS", (await second.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("same-origin", "")]
    [InlineData(null, "")]
    public async Task Programs_and_this_sites_own_pages_are_served(string? site, string? origin)
    {
        using var client = await app.SignedInClientAsync();
        using var body = new StringContent("""{"cron":"no cron"}""", Encoding.UTF8, "application/json");
        using var answer = await SendAsync(client, HttpMethod.Put, "/api/admin/schedule", body, site, origin is "" ? app.Address.GetLeftPart(UriPartial.Authority) : origin);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode); // it was read
    }

    [Theory]
    [InlineData("/hubs/ingestion")]
    [InlineData("/_blazor")]
    public async Task A_WebSocket_is_opened_by_pages_of_this_site_and_of_allowed_ones_only(string path)
    {
        await using var own = new EmptyApp { Variables = [("ALLOWED_ORIGINS", "https://console.example.org, https://second.example.org")] };
        await own.InitializeAsync();
        using var signedIn = await own.SignedInClientAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(own, path, Elsewhere));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(own, path, "https://console.example.org.elsewhere.example"));
        Assert.NotEqual(HttpStatusCode.Forbidden, await OpenAsync(own, path, own.Address.GetLeftPart(UriPartial.Authority)));
        Assert.NotEqual(HttpStatusCode.Forbidden, await OpenAsync(own, path, "https://console.example.org"));
        Assert.NotEqual(HttpStatusCode.Forbidden, await OpenAsync(own, path, origin: null));
    }

    private static async Task<HttpStatusCode> OpenAsync(ChaffeeApp app, string path, string? origin)
    {
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{app.Address.Authority}{path}"), Token);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }

        return socket.HttpStatusCode;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, HttpContent? body, string? site, string? origin)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        if (origin is not null) request.Headers.Add("Origin", origin);
        return client.SendAsync(request, Token);
    }
}
