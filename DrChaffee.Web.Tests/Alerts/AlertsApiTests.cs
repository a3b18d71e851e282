using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>What an admin sees of alerts, and the test that they arrive.</summary>
public sealed class AlertsApiTests
{
    private const string Address = "/api/admin/alerts";
    private const string Secret = "the-secret-of-both-ends";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_is_sent_its_result_is_told_and_the_secrets_are_not()
    {
        await using var hook = await HookServer.StartAsync();
        await using var app = await StartAsync(("ALERT_WEBHOOK_URL", hook.Address.ToString()), ("ALERT_WEBHOOK_SECRET", Secret), ("ALLOW_PRIVATE_ADDRESSES", "true"));
        using var client = await app.SignedInClientAsync();

        var answer = await TestAsync(client);
        var list = await client.JsonAsync(Address);
        var item = list.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("news").GetString() == "test");
        var finding = (await client.JsonAsync("/api/admin/diagnosis")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "alerts");
        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/admin/schedule", Token));

        Assert.Equal((200, $"The webhook to 127.0.0.1:{hook.Address.Port} was delivered."), answer);
        Assert.Contains("admin sent this to see whether alerts arrive.", Assert.Single(hook.Bodies), StringComparison.Ordinal);
        Assert.Equal(["refusal", "places", "total", "items"], list.Names());
        Assert.Equal(["key", "carrier", "subject", "news", "headline", "text", "created_at", "standing", "attempts", "sent_at", "next_try_at", "last_error"], item.Names());
        Assert.Equal(("sent", "ok"), (item.GetProperty("standing").GetString(), finding.GetProperty("state").GetString()));
        Assert.Contains("Send a test", page, StringComparison.Ordinal);
        Assert.Contains("A test, ", page, StringComparison.Ordinal);
        Assert.Equal(1L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE who = 'admin' AND action = 'test_alerts'"));
        Assert.All([list.ToString(), page, finding.ToString(), .. app.Log.Lines], text => Assert.False(text.Contains("not-to-be-told", StringComparison.Ordinal) || text.Contains(Secret, StringComparison.Ordinal), text));
    }

    [Fact]
    public async Task A_test_that_does_not_arrive_says_why_and_is_not_tried_again()
    {
        await using var hook = await HookServer.StartAsync(HookServer.Status(503));
        await using var server = new MailServer();
        await using var app = await StartAsync(
            ("ALERT_WEBHOOK_URL", hook.Address.ToString()), ("ALLOW_PRIVATE_ADDRESSES", "true"), ("ALERT_MAIL_TO", "a@example.org"), ("ALERT_MAIL_FROM", "b@example.org"), ("SMTP_URL", $"smtp://127.0.0.1:{server.Port}"));
        using var client = await app.SignedInClientAsync();

        var answer = await TestAsync(client);
        var item = (await client.JsonAsync(Address)).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("carrier").GetString() == "webhook");
        var finding = (await client.JsonAsync("/api/admin/diagnosis")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "alerts");

        Assert.Equal((200, $"The webhook to 127.0.0.1:{hook.Address.Port} was not delivered: 127.0.0.1 did not take it (503). The mail to a@example.org was delivered."), answer);
        Assert.Single(server.Letters);
        Assert.Equal("given_up", item.GetProperty("standing").GetString());
        Assert.Equal("failed", finding.GetProperty("state").GetString());
        Assert.EndsWith("The last one did not arrive by webhook: 127.0.0.1 did not take it (503).", finding.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_does_not_reach_everybody_says_whom_it_did_not_reach()
    {
        await using var server = new MailServer();
        server.Answers.Enqueue("550 nobody here");
        await using var app = await StartAsync(("ALERT_MAIL_TO", "a@example.org, b@example.org"), ("ALERT_MAIL_FROM", "c@example.org"), ("SMTP_URL", $"smtp://127.0.0.1:{server.Port}"));
        using var client = await app.SignedInClientAsync();

        var answer = await TestAsync(client);
        var page = await client.GetStringAsync(new Uri("/admin/schedule", UriKind.Relative), Token);
        var finding = (await client.JsonAsync("/api/admin/diagnosis")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "alerts");

        Assert.Equal((200, "The mail to a@example.org, b@example.org was not delivered: 127.0.0.1 did not take it for a@example.org (550 nobody here); the others have it."), answer);
        Assert.Contains("not sent to all", page, StringComparison.Ordinal);
        Assert.EndsWith("The last one did not arrive by mail for everybody: 127.0.0.1 did not take it for a@example.org (550 nobody here); the others have it.", finding.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_set_or_the_machine_only_serves_a_test_is_refused_and_editors_see_nothing()
    {
        await using var unset = await StartAsync();
        await using var serving = await StartAsync(("API_ONLY_MODE", "true"), ("ALERT_WEBHOOK_URL", "https://hooks.example.org/"));
        using var admin = await unset.SignedInClientAsync();
        using var other = await serving.SignedInClientAsync();
        using var editor = await unset.EditorClientAsync();

        Assert.Equal((409, "No alerts are set, so nobody is told of a failed night: write ALERT_WEBHOOK_URL, or ALERT_MAIL_TO, ALERT_MAIL_FROM and SMTP_URL."), await TestAsync(admin));
        Assert.Equal((409, "This machine only serves, and sends no alerts: API_ONLY_MODE is true."), await TestAsync(other));
        using var refused = await editor.GetAsync(new Uri(Address, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static async Task<(int Status, string Sentence)> TestAsync(HttpClient client)
    {
        using var answer = await client.PostAsync(new Uri($"{Address}/test", UriKind.Relative), content: null, Token);
        var json = await answer.JsonAsync();
        return ((int)answer.StatusCode, json.TryGetProperty("message", out var message) ? message.GetString()! : json.GetProperty("detail").GetString()!);
    }

    private static async Task<EmptyApp> StartAsync(params (string, string)[] variables)
    {
        var app = new EmptyApp { Variables = variables };
        await app.InitializeAsync();
        _ = app.Database.ConnectionString; // skips without a server
        return app;
    }
}
