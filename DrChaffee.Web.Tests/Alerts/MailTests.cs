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
    [InlineData("550 nobody here", "450 not now", "waiting: 127.0.0.1 did not take it for a@example.org (550 nobody here), b@example.org (450 not now).")]
    [InlineData("550 nobody here", "550 no", "given up: 127.0.0.1 did not take it for a@example.org (550 nobody here), b@example.org (550 no).")]
    [InlineData($"550 {MailServer.Password}", "550 no", "given up: 127.0.0.1 did not take it for a@example.org (550 ***), b@example.org (550 no).")]
    [InlineData("530 sign in first", "530 sign in first", "given up: 127.0.0.1 asks who sends it; write a name and a password in SMTP_URL.")]
    public async Task A_server_refuses_everybody_for_now_or_for_good(string first, string second, string standing)
    {
        await using var server = new MailServer();
        server.Answers.Enqueue(first);
        server.Answers.Enqueue(second);
        await using var process = await StartAsync(server);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Equal(standing, await database.StandingAsync());
        Assert.Empty(server.Letters);
    }

    [Fact]
    public async Task One_address_that_is_refused_is_told_of_and_the_letter_goes_to_the_others()
    {
        await using var server = new MailServer();
        server.Answers.Enqueue("550 nobody here");
        await using var process = await StartAsync(server);
        await process.PutAsync("night");

        await process.DeliverAsync();
        _time.Advance(TimeSpan.FromHours(3));
        await process.DeliverAsync();

        Assert.Single(server.Letters);
        Assert.Equal("sent", await database.StandingAsync());
        Assert.Equal("127.0.0.1 did not take it for a@example.org (550 nobody here); the others have it.", await database.ScalarAsync<string>("SELECT last_error FROM alerts"));
        Assert.Single(process.Log.Lines, line => line.Contains("did not arrive by mail for everybody", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_can_sign_nobody_in_just_now_is_asked_again()
    {
        await using var server = new MailServer { SignIn = "454 later" };
        await using var process = await StartAsync(server);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Equal("waiting: 127.0.0.1 could not look at the name and password of SMTP_URL just now.", await database.StandingAsync());
    }

    [Fact]
    public async Task A_line_that_is_cut_before_TLS_is_agreed_on_is_tried_again()
    {
        await using var server = new MailServer { HangsUp = true };
        await using var process = await StartAsync(server, tls: MailTls.FromTheStart);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Equal("waiting: 127.0.0.1 broke the connection off before TLS was agreed on.", await database.StandingAsync());
    }

    [Fact]
    public async Task What_nobody_foresaw_in_one_way_is_told_tried_again_and_does_not_keep_the_other_back()
    {
        await using var server = new MailServer();
        await using var process = await StartAsync(server, webhook: new Uri("/no-address", UriKind.Relative));
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.Single(server.Letters);
        Assert.StartsWith("It could not be sent: ", await database.ScalarAsync<string>("SELECT last_error FROM alerts WHERE carrier = 'webhook' AND next_try_at IS NOT NULL"), StringComparison.Ordinal);
        Assert.Contains(process.Log.Errors, line => line.Contains("could not be sent by webhook", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_letter_to_nobody_says_why_it_was_not_sent()
    {
        await using var server = new MailServer();
        await using var process = await StartAsync(server, to: []);
        await process.PutAsync("night");

        await process.DeliverAsync();

        Assert.StartsWith("waiting: 127.0.0.1 was not told it: ", await database.StandingAsync(), StringComparison.Ordinal);
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

    private async Task<AlertProcess> StartAsync(MailServer server, string user = MailServer.User, MailTls tls = MailTls.None, Uri? webhook = null, string[]? to = null)
    {
        var mail = new MailSettings(to ?? ["a@example.org", "b@example.org"], "drchaffee@example.org", "127.0.0.1", server.Port, tls) { UserName = user, Password = MailServer.Password };
        var process = new AlertProcess(database, _time, new AlertSettings { Webhook = webhook, Mail = mail });
        await database.ForgetAlertsAsync();
        return process;
    }
}
