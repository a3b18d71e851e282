using System.Net;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Accounts;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Account;

public sealed class TwoFactorTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    private const string SignIn = "/account/sign-in";

    [Fact]
    public async Task After_the_password_a_code_is_asked_for_and_each_works_once()
    {
        var (secret, _) = await EnrolAsync("phone");
        var code = Totp.Code(Base32.TryDecode(secret)!, Totp.StepOf(TimeProvider.System.GetUtcNow()) + 1);

        using var client = app.Client();
        var ticket = await TicketAsync(client, "phone");
        using var wrong = await CodeAsync(client, ticket, "000000");
        using var before = await client.GetAsync(new Uri("/admin", UriKind.Relative), TestContext.Current.CancellationToken);
        using var right = await CodeAsync(client, ticket, $" {code[..3]} {code[3..]} ");
        using var after = await client.GetAsync(new Uri("/admin", UriKind.Relative), TestContext.Current.CancellationToken);
        using var again = app.Client();
        using var used = await CodeAsync(again, await TicketAsync(again, "phone"), code);

        Assert.Contains("The code is wrong", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.OK), (right.StatusCode, used.StatusCode));
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once_and_the_database_does_not_hold_it()
    {
        var (_, codes) = await EnrolAsync("paper");

        using var client = app.Client();
        using var first = await CodeAsync(client, await TicketAsync(client, "paper"), codes[3].ToUpperInvariant());
        using var again = app.Client();
        using var second = await CodeAsync(again, await TicketAsync(again, "paper"), codes[3]);

        Assert.Equal((10, HttpStatusCode.Redirect, HttpStatusCode.OK), (codes.Count, first.StatusCode, second.StatusCode));
        Assert.Equal(9L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM recovery_codes c JOIN accounts a ON a.id = c.account_id WHERE a.name = 'paper'"));
        Assert.Equal(0L, await app.Database.ScalarAsync<long>($"SELECT count(*) FROM recovery_codes WHERE code_hash ILIKE '{codes[4]}'"));
    }

    [Fact]
    public async Task Five_wrong_codes_lock_the_account_however_often_the_password_is_given_between_them()
    {
        await EnrolAsync("guessed");
        var desk = app.Services.GetRequiredService<SignInDesk>();

        for (var attempt = 0; attempt < SignInDesk.MostWrong; attempt++)
        {
            var (_, ticket) = await desk.TryPasswordAsync("guessed", ChaffeeApp.Password, "192.0.2.5", TestContext.Current.CancellationToken);
            Assert.NotNull(ticket);
            Assert.Null((await desk.TryCodeAsync(ticket, "000000", "192.0.2.5")).Account);
        }

        Assert.Equal(new SignInAnswer(null, null), await desk.TryPasswordAsync("guessed", ChaffeeApp.Password, "192.0.2.5", TestContext.Current.CancellationToken));
        Assert.True(await app.Database.ScalarAsync<bool>("SELECT locked_until > now() FROM accounts WHERE name = 'guessed'"));
    }

    [Fact]
    public async Task The_secret_lies_encrypted_and_turning_it_off_needs_the_password()
    {
        var (secret, _) = await EnrolAsync("off");
        Assert.DoesNotContain(secret, await app.Database.ScalarAsync<string>("SELECT totp_secret FROM accounts WHERE name = 'off'"), StringComparison.OrdinalIgnoreCase);

        using var client = _enrolled!;
        using var wrong = await ChaffeeApp.SubmitAsync(client, "/account", ("_handler", "two-factor-off"), ("Off.Password", "not the password"));
        var kept = await app.Database.ScalarAsync<string>("SELECT totp_secret FROM accounts WHERE name = 'off'");
        using var right = await ChaffeeApp.SubmitAsync(client, "/account", ("_handler", "two-factor-off"), ("Off.Password", ChaffeeApp.Password));

        Assert.NotNull(kept);
        Assert.Null(await app.Database.ScalarAsync<string>("SELECT totp_secret FROM accounts WHERE name = 'off'"));
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM recovery_codes c JOIN accounts a ON a.id = c.account_id WHERE a.name = 'off'"));
    }

    [Fact]
    public async Task A_wrong_first_code_turns_nothing_on()
    {
        using var client = await ClientAsync("unsure");
        using var answer = await ChaffeeApp.SubmitAsync(client, "/account/two-factor", ("Entry.Code", "000000"));

        Assert.Contains("That is not the code", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(await app.Database.ScalarAsync<string>("SELECT totp_secret FROM accounts WHERE name = 'unsure'"));
    }

    private HttpClient? _enrolled;

    private async Task<HttpClient> ClientAsync(string name)
    {
        _ = app.Database.ConnectionString;
        await app.AddEditorAsync(name);
        return await app.SignedInClientAsync(name);
    }

    /// <summary>Through the pages, as a person does.</summary>
    private async Task<(string Secret, IReadOnlyList<string> Codes)> EnrolAsync(string name)
    {
        _enrolled = await ClientAsync(name);
        var page = await _enrolled.GetStringAsync("/account/two-factor", TestContext.Current.CancellationToken);
        var (secret, offer) = (Find(page, @"secret=(?<it>[A-Z2-7]+)"), Find(page, "name=\"Entry.Offer\" value=\"(?<it>[^\"]+)"));
        var code = Totp.Code(Base32.TryDecode(secret)!, Totp.StepOf(TimeProvider.System.GetUtcNow()));
        using var answer = await ChaffeeApp.SubmitAsync(_enrolled, "/account/two-factor", ("Entry.Offer", offer), ("Entry.Code", code));
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (secret, [.. Regex.Matches(html, "<code[^>]*>(?<it>[a-z2-7-]{19})</code>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(m => m.Groups["it"].Value)]);
    }

    private static async Task<string> TicketAsync(HttpClient client, string name)
    {
        using var answer = await ChaffeeApp.SubmitAsync(client, SignIn, ("Entry.Name", name), ("Entry.Password", ChaffeeApp.Password));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Find(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "name=\"Second.Ticket\" value=\"(?<it>[^\"]+)");
    }

    private static Task<HttpResponseMessage> CodeAsync(HttpClient client, string ticket, string code) =>
        ChaffeeApp.SubmitAsync(client, SignIn, ("_handler", "code"), ("Second.Ticket", ticket), ("Second.Code", code));

    private static string Find(string html, string pattern) =>
        WebUtility.HtmlDecode(Regex.Match(html, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["it"].Value) is { Length: > 0 } found ? found : throw new InvalidOperationException($"{pattern} is not in the page.");
}
