using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts.Carriers;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Alerts;

public sealed class WebhookTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Secret = "the secret of both ends";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_message_is_posted_with_its_key_and_a_signature_that_holds_the_time()
    {
        await using var hook = await HookServer.StartAsync();
        await using var process = await StartAsync(hook, Secret);
        await process.PutAsync("night");

        await process.DeliverAsync();
        await process.DeliverAsync();
        var (path, body, timestamp, signature) = Assert.Single(hook.Requests);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. body];
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed);
        using var json = JsonDocument.Parse(body);
        var message = json.RootElement;

        Assert.Equal(HookServer.Path, path);
        Assert.Equal($"{_time.GetUtcNow().ToUnixTimeSeconds()}", timestamp);
        Assert.Equal($"sha256={Convert.ToHexStringLower(expected)}", signature);
        Assert.Equal(["key", "subject", "news", "headline", "created_at", "machine", "text", "content", "allowed_mentions"], message.Names());
        Assert.Equal(("night/wrong/0", "trouble"), (message.GetProperty("key").GetString(), message.GetProperty("news").GetString()));
        Assert.Equal("Something about night. It is &lt;wrong&gt; &amp; waits.", message.GetProperty("text").GetString());
        Assert.Equal("Something about night. It is <wrong> & waits.", message.GetProperty("content").GetString());
        Assert.Equal("sent", await database.StandingAsync());
    }

    [Fact]
    public async Task Trouble_at_the_other_end_passes_and_the_same_message_arrives_later()
    {
        await using var hook = await HookServer.StartAsync(HookServer.Status(500));
        await using var process = await StartAsync(hook);
        await process.PutAsync("night");

        await process.DeliverAsync();
        await process.DeliverAsync();
        var waiting = await database.StandingAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await process.DeliverAsync();

        Assert.Equal("waiting: 127.0.0.1 did not take it (500).", waiting);
        Assert.Equal("sent", await database.StandingAsync());
        Assert.Equal(2, hook.Requests.Count);
        Assert.Single(hook.Bodies.Distinct());
        Assert.All(hook.Requests, request => Assert.Null(request.Signature));
    }

    [Fact]
    public async Task Who_asks_to_be_left_alone_is_left_alone_for_so_long()
    {
        await using var hook = await HookServer.StartAsync(HookServer.Status(429, ("Retry-After", "600")));
        await using var process = await StartAsync(hook);
        await process.PutAsync("night");

        await process.DeliverAsync();
        _time.Advance(TimeSpan.FromSeconds(599));
        await process.DeliverAsync();
        var early = hook.Requests.Count;
        _time.Advance(TimeSpan.FromSeconds(1));
        await process.DeliverAsync();

        Assert.Equal((1, 2), (early, hook.Requests.Count));
        Assert.Equal("sent", await database.StandingAsync());
    }

    [Fact]
    public async Task Another_address_that_it_leads_to_is_not_asked()
    {
        await using var hook = await HookServer.StartAsync(HookServer.Status(307, ("Location", "/elsewhere")));
        await using var process = await StartAsync(hook);
        await process.PutAsync("night");

        await process.DeliverAsync();
        _time.Advance(TimeSpan.FromHours(3));
        await process.DeliverAsync();

        Assert.Equal("given up: 127.0.0.1 sends on to another address (307), which is not followed; write that one.", await database.StandingAsync());
        Assert.Single(process.Log.Lines, line => line.Contains("is given up; it is not tried again: 127.0.0.1 sends on", StringComparison.Ordinal));
        Assert.Single(hook.Requests);
    }

    [Fact]
    public async Task Who_never_answers_is_waited_for_only_so_long()
    {
        var asked = new TaskCompletionSource();
        await using var hook = await HookServer.StartAsync(async context =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var process = await StartAsync(hook);
        await process.PutAsync("night");

        var delivering = process.DeliverAsync();
        await asked.Task;
        _time.Advance(WebhookCarrier.Patience);
        await delivering;

        Assert.Equal("waiting: 127.0.0.1 did not answer in time.", await database.StandingAsync());
    }

    [Fact]
    public async Task An_address_of_this_machine_is_refused_unless_private_ones_are_allowed()
    {
        await using var hook = await HookServer.StartAsync();
        await using var process = await StartAsync(hook, privateAllowed: false);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Equal("given up: 127.0.0.1 is an address of this machine or of its own network, which is not fetched; set ALLOW_PRIVATE_ADDRESSES=true if that is wanted.", await database.StandingAsync());
        Assert.Empty(hook.Requests);
    }

    [Fact]
    public async Task What_cannot_be_sent_within_a_day_is_let_go()
    {
        await using var hook = await HookServer.StartAsync([.. Enumerable.Repeat(HookServer.Status(503), 100)]);
        await using var process = await StartAsync(hook);
        await process.PutAsync("night");

        for (var hour = 0; hour < 30; hour++)
        {
            await process.DeliverAsync();
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal("given up: 127.0.0.1 did not take it (503).", await database.StandingAsync());
        Assert.InRange(hook.Requests.Count, 10, 24);
        Assert.Single(process.Log.Lines, line => line.Contains("is given up; it is not tried again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neither_the_address_nor_the_secret_stands_in_the_log_or_the_table()
    {
        await using var hook = await HookServer.StartAsync(HookServer.Status(404), HookServer.Status(500));
        await using var process = await StartAsync(hook, Secret);
        await process.PutAsync("night");
        await process.PutAsync("host:x");

        await process.DeliverAsync();
        var table = await database.ScalarAsync<string>("SELECT string_agg(a::text, ' ') FROM alerts a");

        Assert.Contains("did not take it (404)", table, StringComparison.Ordinal);
        Assert.Equal(2, process.Log.Lines.Count(line => line.Contains("did not arrive by webhook", StringComparison.Ordinal)));
        Assert.All([table, .. process.Log.Lines], line => Assert.False(line!.Contains("not-to-be-told", StringComparison.Ordinal) || line.Contains(Secret, StringComparison.Ordinal), line));
    }

    private async Task<AlertProcess> StartAsync(HookServer hook, string? secret = null, bool privateAllowed = true)
    {
        var process = new AlertProcess(database, _time, new AlertSettings { Webhook = hook.Address, WebhookSecret = secret }, privateAllowed: privateAllowed);
        await database.ForgetAlertsAsync();
        return process;
    }
}
