using DrChaffee.Domain.Settings;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Alerts;

public sealed class MailTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_letter_goes_to_everyone_named_by_a_server_that_asks_who_sends_it()
    {
        await using var server = new MailServer();
        await using var process = await StartAsync(server);
        await process.PutAsync("night");

        await process.DeliverAsync();
        var letter = Assert.Single(server.Letters);

        Assert.Equal("sent", await database.StandingAsync());
        Assert.Equal(["RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>"], server.Commands.Where(command => command.StartsWith("RCPT", StringComparison.Ordinal)));
        Assert.Contains("Subject: DrChaffee: Something about night", letter, StringComparison.Ordinal);
        Assert.Contains("X-DrChaffee-Key: night/wrong/0", letter, StringComparison.Ordinal);
        Assert.Contains("It is <wrong> & waits.", letter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_the_password_even_where_the_server_repeats_it()
    {
        await using var server = new MailServer();
        await using var process = await StartAsync(server, user: "somebody else");
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Equal("given up: 127.0.0.1 did not take the name and password of SMTP_URL.", await database.StandingAsync());
        Assert.Empty(server.Letters);
        Assert.All(process.Log.Lines, line => Assert.DoesNotContain(MailServer.Password, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("450 not now", "waiting: 127.0.0.1 did not take it (450 not now).")]
    [InlineData("550 nobody here", "given up: 127.0.0.1 did not take it (550 nobody here).")]
    [InlineData($"550 {MailServer.Password}", "given up: 127.0.0.1 did not take it (550 ***).")]
    public async Task A_server_refuses_for_now_or_for_good(string answer, string standing)
    {
        await using var server = new MailServer();
        server.Answers.Enqueue(answer);
        await using var process = await StartAsync(server);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Equal(standing, await database.StandingAsync());
        Assert.Empty(server.Letters);
    }

    [Fact]
    public async Task A_letter_whose_line_was_cut_is_sent_again_under_the_same_name()
    {
        await using var server = new MailServer { Drops = 1 };
        await using var process = await StartAsync(server);
        await process.PutAsync("night");

        await process.DeliverAsync();
        var cut = await database.StandingAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await process.DeliverAsync();
        var names = server.Letters.Select(letter => letter.Split('\n').Single(line => line.StartsWith("Message-Id:", StringComparison.Ordinal))).ToList();

        Assert.Equal("waiting: 127.0.0.1 broke the connection off.", cut);
        Assert.Equal("sent", await database.StandingAsync());
        Assert.Equal(2, names.Count);
        Assert.Single(names.Distinct());
    }

    [Theory]
    [InlineData(MailTls.Required)]
    [InlineData(MailTls.FromTheStart)]
    public async Task A_server_without_TLS_is_told_nothing_where_TLS_is_asked_for(MailTls tls)
    {
        await using var server = new MailServer();
        await using var process = await StartAsync(server, tls: tls);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.StartsWith("given up: 127.0.0.1 ", await database.StandingAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal) || command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_way_that_fails_does_not_keep_the_other_back()
    {
        await using var hook = await HookServer.StartAsync(HookServer.Status(400));
        await using var server = new MailServer();
        await using var process = await StartAsync(server, webhook: hook.Address);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Single(server.Letters);
        Assert.Equal("mail,webhook!", await database.ScalarAsync<string>("SELECT string_agg(carrier || CASE WHEN sent_at IS NULL THEN '!' ELSE '' END, ',' ORDER BY carrier) FROM alerts"));
    }

    private async Task<AlertProcess> StartAsync(MailServer server, string user = MailServer.User, MailTls tls = MailTls.None, Uri? webhook = null)
    {
        var mail = new MailSettings(["a@example.org", "b@example.org"], "drchaffee@example.org", "127.0.0.1", server.Port, tls) { UserName = user, Password = MailServer.Password };
        var process = new AlertProcess(database, _time, new AlertSettings { Webhook = webhook, Mail = mail });
        await database.ForgetAlertsAsync();
        return process;
    }
}
