using System.Net;
using System.Text.RegularExpressions;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Account;

public sealed class SessionsTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    private static readonly Uri Dashboard = new("/admin", UriKind.Relative);

    [Fact]
    public async Task One_session_is_ended_from_another_and_refused_at_its_next_request()
    {
        using var here = await ClientAsync("two places");
        using var there = await app.SignedInClientAsync("two-places");
        var other = Regex.Match(await here.GetStringAsync("/account", TestContext.Current.CancellationToken), "value=\"(?<it>end-[0-9a-f]{32})\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["it"].Value;

        using var ended = await ChaffeeApp.SubmitAsync(here, "/account", ("_handler", other));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (await StatusAsync(here), await StatusAsync(there)));
        Assert.Equal(1L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'end_session' AND who = 'two-places' AND address = '127.0.0.1'"));
    }

    [Fact]
    public async Task All_other_sessions_are_ended_at_once()
    {
        using var here = await ClientAsync("three places");
        using var there = await app.SignedInClientAsync("three-places");
        using var elsewhere = await app.SignedInClientAsync("three-places");

        using var ended = await ChaffeeApp.SubmitAsync(here, "/account", ("_handler", "end-others"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect, HttpStatusCode.Redirect), (await StatusAsync(here), await StatusAsync(there), await StatusAsync(elsewhere)));
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_keeps_this_one()
    {
        using var here = await ClientAsync("new word");
        using var there = await app.SignedInClientAsync("new-word");

        using var wrong = await ChaffeeApp.SubmitAsync(here, "/account", ("_handler", "password"), ("Entry.Current", "not it"), ("Entry.Password", "another password"), ("Entry.Again", "another password"));
        var untouched = await StatusAsync(there);
        using var right = await ChaffeeApp.SubmitAsync(here, "/account", ("_handler", "password"), ("Entry.Current", ChaffeeApp.Password), ("Entry.Password", "another password"), ("Entry.Again", "another password"));

        Assert.Contains("The password is wrong", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Redirect), (untouched, await StatusAsync(here), await StatusAsync(there)));
    }

    [Fact]
    public async Task The_last_visit_is_written_down_at_most_once_a_minute()
    {
        using var client = await ClientAsync("seen");
        var first = await SeenAsync();
        await StatusAsync(client);
        var second = await SeenAsync();
        await app.Database.ScalarAsync<object>("UPDATE account_sessions SET last_seen_at = last_seen_at - interval '61 seconds' WHERE account_id = (SELECT id FROM accounts WHERE name = 'seen')");
        await StatusAsync(client);

        Assert.Equal(first, second);
        Assert.True(await SeenAsync() >= first);

        Task<DateTime> SeenAsync() => app.Database.ScalarAsync<DateTime>("SELECT last_seen_at FROM account_sessions WHERE account_id = (SELECT id FROM accounts WHERE name = 'seen')");
    }

    [Fact]
    public async Task A_session_that_nobody_used_for_two_weeks_is_over()
    {
        using var client = await ClientAsync("away");
        await app.Database.ScalarAsync<object>("UPDATE account_sessions SET last_seen_at = now() - interval '15 days' WHERE account_id = (SELECT id FROM accounts WHERE name = 'away')");

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(client));
    }

    [Fact]
    public async Task A_cookie_is_worth_nothing_after_signing_out_even_if_somebody_kept_it()
    {
        using var client = await ClientAsync("gone");
        var cookie = $"drchaffee={(await CookieAsync("gone"))}";
        using var thief = app.Client();
        using var before = await SendAsync(thief, cookie);
        await app.Database.ScalarAsync<object>("DELETE FROM account_sessions WHERE account_id = (SELECT id FROM accounts WHERE name = 'gone')");
        using var after = await SendAsync(thief, cookie);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (before.StatusCode, after.StatusCode));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on an iPhone")]
    [InlineData("curl/8.14.1", "curl")]
    [InlineData("tool/1.0", "tool")]
    [InlineData("", "a program that does not say what it is")]
    public void A_device_is_called_as_a_person_calls_it(string agent, string name) => Assert.Equal(name, Device.Name(agent));

    private async Task<HttpClient> ClientAsync(string words)
    {
        _ = app.Database.ConnectionString;
        var name = words.Replace(' ', '-');
        await app.AddEditorAsync(name);
        return await app.SignedInClientAsync(name);
    }

    private async Task<string> CookieAsync(string name)
    {
        using var client = app.Client();
        using var answer = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", name), ("Entry.Password", ChaffeeApp.Password));
        return answer.Headers.GetValues("Set-Cookie").First(c => c.StartsWith("drchaffee=", StringComparison.Ordinal))["drchaffee=".Length..].Split(';')[0];
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Dashboard);
        request.Headers.Add("Cookie", cookie);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(Dashboard, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
