using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>The examples for nginx and Caddy in front of the program, where those are installed.</summary>
[Collection<OnTheApp>]
public sealed class ProxyTests(ChaffeeApp app)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task A_page_and_its_circuit_come_through(string name)
    {
        using var straight = await app.SignedInClientAsync();
        await using var proxy = await Proxy.StartAsync(name, app.Address);
        using var client = proxy.Client();

        Assert.Contains("DrChaffee", await client.GetStringAsync("/", Token), StringComparison.Ordinal);
        using var signedIn = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", "admin"), ("Entry.Password", ChaffeeApp.Password));
        using var negotiation = await client.PostAsync(new Uri("/_blazor/negotiate?negotiateVersion=1", UriKind.Relative), content: null, Token);
        using var ways = JsonDocument.Parse(await negotiation.Content.ReadAsStringAsync(Token));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{proxy.Port}/_blazor?id={ways.RootElement.GetProperty("connectionToken").GetString()}"), client, Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("""{"protocol":"blazorpack","version":1}""" + "\u001e"), WebSocketMessageType.Text, endOfMessage: true, Token);
        var answer = new byte[100];
        var read = await socket.ReceiveAsync(answer.AsMemory(), Token);

        Assert.Equal("{}\u001e", Encoding.UTF8.GetString(answer, 0, read.Count));
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task The_metrics_do_not(string name)
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("drchaffee_segments 1", Token));
        await using var proxy = await Proxy.StartAsync(name, server.Address);
        using var client = proxy.Client();
        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task An_event_arrives_before_the_answer_ends_and_the_visitor_is_named(string name)
    {
        var firstSeen = new TaskCompletionSource();
        await using var server = await LocalServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"data: {context.Request.Headers["X-Forwarded-For"]} {context.Request.Headers["X-Forwarded-Proto"]} {context.Request.Host}\n\n", Token);
            await context.Response.Body.FlushAsync(Token);
            await firstSeen.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
            await context.Response.WriteAsync("data: end\n\n", Token);
        });
        await using var proxy = await Proxy.StartAsync(name, server.Address);
        using var client = proxy.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/stream");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        var first = await lines.ReadLineAsync(Token);
        firstSeen.SetResult();
        var rest = await lines.ReadToEndAsync(Token);

        Assert.Equal($"data: 127.0.0.1 https 127.0.0.1:{proxy.Port}", first);
        Assert.Contains("data: end", rest, StringComparison.Ordinal);
    }
}
