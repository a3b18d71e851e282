using System.Net;
using DrChaffee.Benchmarks.Hub;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Operations;

/// <summary>Web processes whose hubs Redis joins.</summary>
public sealed class BackplaneTests
{
    private const string Message = "greeting";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_process_says_to_all_is_heard_by_clients_of_the_other_and_of_itself()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var one = await StartAsync(("REDIS_URL", redis.Url));
        await using var two = await StartAsync(("REDIS_URL", redis.Url), ("DATABASE_URL", one.Database.ConnectionString));
        TaskCompletionSource<string> here = new(), there = new();
        await using var own = await ListenAsync(one, here);
        await using var others = await ListenAsync(two, there);

        await Poll.UntilAsync(async () =>
        {
            await one.Services.GetRequiredService<IHubContext<IngestionHub>>().Clients.All.SendAsync(Message, "hello", Token);
            return here.Task.IsCompleted && there.Task.IsCompleted;
        });

        Assert.Equal(("hello", "hello"), (await here.Task, await there.Task));
        Assert.Equal("ok", (await RedisCheckAsync(two)).Status);
    }

    [Fact]
    public async Task Without_Redis_the_program_starts_and_reaches_its_own_clients_and_says_so_until_Redis_is_there()
    {
        await using var redis = new RedisServer();
        await using var app = await StartAsync(("REDIS_URL", redis.Url));
        await using var client = await HubClient.ConnectAsync(app.Address, await CookiesAsync(app), Token); // returns when it has the picture
        await Poll.UntilAsync(() => Task.FromResult(app.Log.Lines.Any(line => line.Contains("Redis does not answer", StringComparison.Ordinal))));
        var away = await RedisCheckAsync(app);

        await redis.StartAsync();
        await Poll.UntilAsync(async () => (await RedisCheckAsync(app)).Status == "ok", TimeSpan.FromMinutes(1));
        await using var later = await HubClient.ConnectAsync(app.Address, await CookiesAsync(app), Token);

        Assert.Equal(("degraded", "Redis does not answer, so the hub of each web process reaches its own clients only."), away);
        Assert.Single(app.Log.Lines, line => line.Contains("Redis does not answer", StringComparison.Ordinal));
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task An_address_that_cannot_be_read_stops_the_start_and_is_not_repeated()
    {
        var run = await ProgramRun.RunAsync(["doctor"], ("REDIS_URL", "localhost:6379,password=secret"));

        Assert.Equal((1, "REDIS_URL cannot be read; write redis://host:6379, or rediss:// for TLS, with :password@ before the host where there is one."), (run.ExitCode, run.Errors));
    }

    private static async Task<EmptyApp> StartAsync(params (string, string)[] variables)
    {
        var app = new EmptyApp { Variables = [("API_ONLY_MODE", "true"), .. variables] };
        await app.InitializeAsync();
        _ = app.Database.ConnectionString; // skips without a server
        return app;
    }

    private static async Task<HubConnection> ListenAsync(EmptyApp app, TaskCompletionSource<string> heard)
    {
        var cookies = await CookiesAsync(app);
        var connection = new HubConnectionBuilder().WithUrl(new Uri(app.Address, IngestionHub.Path), options => options.Cookies = cookies).Build();
        connection.On<string>(Message, text => heard.TrySetResult(text));
        await connection.StartAsync(Token);
        return connection;
    }

    private static async Task<CookieContainer> CookiesAsync(EmptyApp app)
    {
        (await app.SignedInClientAsync()).Dispose(); // sets the password
        return await SignIn.AsAdminAsync(app.Address, ChaffeeApp.Password, Token);
    }

    private static async Task<(string? Status, string? Message)> RedisCheckAsync(EmptyApp app)
    {
        using var client = app.Client();
        var check = (await client.JsonAsync("/health")).GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "redis");
        return (check.GetProperty("status").GetString(), check.TryGetProperty("message", out var message) ? message.GetString() : null);
    }
}
