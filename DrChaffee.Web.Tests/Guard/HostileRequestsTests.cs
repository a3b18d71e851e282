using System.Net;
using System.Net.WebSockets;
using System.Text;
using CsCheck;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Guard;

/// <summary>No other test runs meanwhile, since memory is looked at.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class OnItsOwn;

[Collection<OnItsOwn>]
public sealed class HostileRequestsTests(ChaffeeApp app) : IClassFixture<ChaffeeApp>
{
    private const int Requests = 5_000;
    private const int Connections = 128;
    private const int MessagesEach = 8;
    private const long Growth = 30_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_asked_is_answered_in_time_without_a_fault_and_nothing_grows()
    {
        using var client = app.Client();
        client.Timeout = Patience;
        await AskAsync(client, 0, Requests / 2);
        var before = LiveMemory();
        await AskAsync(client, Requests / 2, Requests);
        var after = LiveMemory();

        Assert.Empty(app.Log.Errors);
        Assert.True(after < before + Growth, $"Live memory rose from {before} to {after} bytes.");
    }

    [Theory]
    [InlineData("/hubs/ingestion")]
    [InlineData("/_blazor")]
    public async Task Whatever_is_said_on_a_WebSocket_the_server_stays_well(string path)
    {
        var cookie = await app.SignedInCookieAsync();
        await Parallel.ForAsync(0, Connections / 2, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (number, token) => await TalkAsync(path, cookie, number, token));

        using var client = app.Client();
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private async Task TalkAsync(string path, string cookie, int number, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        await socket.ConnectAsync(new Uri($"ws://{app.Address.Authority}{path}"), patience.Token);
        try
        {
            if (number % 3 != 0) await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, patience.Token);
            for (var i = 0; i < MessagesEach; i++)
            {
                var message = Message.Number(number * MessagesEach + i);
                await socket.SendAsync(message, i % 2 == 0 ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: i % 5 != 4, patience.Token);
            }

            socket.Abort();
        }
        catch (WebSocketException)
        {
            // The server hung up, which is an answer.
        }
    }

    private static readonly Gen<byte[]> Message = Gen.OneOf(
        Hostile.Bytes,
        Hostile.Text.Select(text => Encoding.UTF8.GetBytes(text + "\u001e")),
        Gen.Select(Gen.Int[-1, 9], Hostile.Text, Hostile.Text).Select((type, target, argument) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { type, target, invocationId = argument, arguments = new[] { argument } }).Append((byte)0x1e).ToArray()));

    private static Task AskAsync(HttpClient client, int from, int to) =>
        Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (number, token) =>
        {
            var (method, address) = Hostile.Request.Number(number);
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative));
            if (method is "POST" or "PUT") request.Content = new StringContent(Hostile.Text.Number(number), Encoding.UTF8, number % 2 == 0 ? "application/json" : "application/x-www-form-urlencoded");
            using var answer = await client.SendAsync(request, token);
            await answer.Content.ReadAsByteArrayAsync(token);
            var status = (int)answer.StatusCode;

            Assert.True(status < 500 || (status == 503 && answer.Headers.RetryAfter is not null), $"Request {number} of seed {Hostile.Seed} was answered {status}: {method} {address}");
        });

    private static long LiveMemory()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
