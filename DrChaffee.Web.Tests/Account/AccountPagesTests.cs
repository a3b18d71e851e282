using System.Net;
using System.Text.RegularExpressions;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Account;

public sealed class AccountPagesTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    private static readonly Uri Dashboard = new("/admin", UriKind.Relative);

    [Fact]
    public async Task The_link_in_the_log_sets_the_password_once()
    {
        await using var fresh = await FreshAsync();
        using var client = fresh.Client();
        var link = fresh.Log.Lines.Select(line => Regex.Match(line, @"/account/setup\?token=\S+", RegexOptions.None, TimeSpan.FromSeconds(1))).First(m => m.Success).Value;

        using var set = await ChaffeeApp.SubmitAsync(client, link, ("Entry.Password", ChaffeeApp.Password), ("Entry.Again", ChaffeeApp.Password));
        Assert.Equal(HttpStatusCode.Redirect, set.StatusCode);
        using var dashboard = await client.GetAsync(Dashboard, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, dashboard.StatusCode);
        Assert.Contains("has been used", await fresh.Client().GetStringAsync(link, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_itself_is_not_in_the_database()
    {
        using var client = app.Client();
        var token = await app.Services.GetRequiredService<SetupTokens>().IssueAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0L, await app.Database.ScalarAsync<long>($"SELECT count(*) FROM setup_tokens WHERE token_hash = '{token}'"));
        Assert.True(await app.Database.ScalarAsync<long>("SELECT count(*) FROM setup_tokens") > 0);
    }

    [Fact]
    public async Task A_link_in_an_old_log_is_worth_nothing_once_somebody_can_sign_in()
    {
        _ = app.Database.ConnectionString;
        await using var configured = new EmptyApp { Variables = [("ADMIN_PASSWORD", "from the environment")] };
        await configured.InitializeAsync();
        using var client = configured.Client();
        var tokens = configured.Services.GetRequiredService<SetupTokens>();

        var token = await tokens.IssueAsync(TestContext.Current.CancellationToken);

        Assert.Null(await tokens.FindAsync(token, TestContext.Current.CancellationToken));
        Assert.Null(await tokens.TryUseAsync(token, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_password_of_the_environment_is_set_at_the_start()
    {
        _ = app.Database.ConnectionString;
        await using var configured = new EmptyApp { Variables = [("ADMIN_PASSWORD", "from the environment")] };
        await configured.InitializeAsync();
        using var client = configured.Client();
        using var answer = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", "admin"), ("Entry.Password", "from the environment"));

        Assert.Equal("/admin", answer.Headers.Location?.ToString().Replace(configured.Address.ToString().TrimEnd('/'), "", StringComparison.Ordinal));
        Assert.DoesNotContain(configured.Log.Lines, line => line.Contains("/account/setup", StringComparison.Ordinal) || line.Contains("from the environment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_name_is_not_given_away()
    {
        using var member = await app.SignedInClientAsync();
        using var client = app.Client();
        using var wrong = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", "admin"), ("Entry.Password", "guess"));
        using var nobody = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", "nobody"), ("Entry.Password", "guess"));

        foreach (var answer in new[] { wrong, nobody })
            Assert.Contains("The name or the password is wrong.", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var client = app.Client();
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("Entry.Name", "admin"), new("Entry.Password", ChaffeeApp.Password)]);
        using var answer = await client.PostAsync(new Uri("/account/sign-in", UriKind.Relative), form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        using var member = await app.SignedInClientAsync();
        using var client = app.Client();
        using var answer = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", "admin"), ("Entry.Password", ChaffeeApp.Password));
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("drchaffee=", StringComparison.Ordinal));

        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_ends_every_session()
    {
        await using var fresh = await FreshAsync();
        using var client = await fresh.SignedInClientAsync();
        await fresh.Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, "another password", TestContext.Current.CancellationToken);
        using var answer = await client.GetAsync(Dashboard, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        using var client = await app.SignedInClientAsync();
        var token = Regex.Match(await client.GetStringAsync("/library", TestContext.Current.CancellationToken), "__RequestVerificationToken\" value=\"(?<token>[^\"]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["token"].Value;
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]);
        using var signOut = await client.PostAsync(new Uri("/account/sign-out", UriKind.Relative), form, TestContext.Current.CancellationToken);
        using var after = await client.GetAsync(Dashboard, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, signOut.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, after.StatusCode);
    }

    private async Task<EmptyApp> FreshAsync()
    {
        _ = app.Database.ConnectionString;
        var fresh = new EmptyApp();
        await fresh.InitializeAsync();
        return fresh;
    }
}
