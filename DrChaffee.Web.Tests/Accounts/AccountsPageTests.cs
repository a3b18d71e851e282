using System.Net;
using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Accounts;

public sealed class AccountsPageTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    private const string Page = "/admin/accounts";

    [Fact]
    public async Task A_new_account_sets_its_password_by_a_link_once()
    {
        using var admin = await app.SignedInClientAsync();
        var added = await SubmitAsync(admin, ("_handler", "add"), ("New.Name", "Anna"), ("New.Role", "editor"));
        var link = Regex.Match(added, @"/account/setup\?token=[\w-]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;

        using var anna = app.Client();
        using var set = await ChaffeeApp.SubmitAsync(anna, link, ("Entry.Password", ChaffeeApp.Password), ("Entry.Again", ChaffeeApp.Password));
        using var dashboard = await anna.GetAsync(new Uri("/admin", UriKind.Relative), TestContext.Current.CancellationToken);
        using var again = await app.SignedInClientAsync("anna");

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.OK), (set.StatusCode, dashboard.StatusCode));
        Assert.Contains("has been used", await app.Client().GetStringAsync(link, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("There is an account anna already.", await SubmitAsync(admin, ("_handler", "add"), ("New.Name", "anna"), ("New.Role", "admin")), StringComparison.Ordinal);
        Assert.Equal(1L, await app.Database.ScalarAsync<long>("""SELECT count(*) FROM audit_log WHERE who = 'admin' AND action = 'add_account' AND subject = 'anna' AND detail = '{"role":"editor"}'"""));
    }

    [Fact]
    public async Task A_new_link_replaces_the_one_before()
    {
        using var admin = await app.SignedInClientAsync();
        await app.AddEditorAsync("forgetful");
        var (first, second) = (await LinkAsync(admin), await LinkAsync(admin));

        using var client = app.Client();

        Assert.Contains("has been used, or is too old", await client.GetStringAsync(first, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("Set the password of forgetful", await client.GetStringAsync(second, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        static async Task<string> LinkAsync(HttpClient admin) =>
            Regex.Match(await SubmitAsync(admin, ("_handler", "act-forgetful"), ("Act", "link")), @"/account/setup\?token=[\w-]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
    }

    [Fact]
    public async Task A_role_is_changed_sessions_are_ended_and_an_account_is_removed()
    {
        using var admin = await app.SignedInClientAsync();
        await app.AddEditorAsync("busy");
        using var busy = await app.SignedInClientAsync("busy");
        await SubmitAsync(admin, ("_handler", "act-busy"), ("Act", "admin"));
        var demanded = await StatusAsync(busy);
        using var again = await app.SignedInClientAsync("busy");
        var promoted = await StatusAsync(again);
        var told = await SubmitAsync(admin, ("_handler", "act-busy"), ("Act", "end-sessions"));
        var ended = await StatusAsync(again);
        await SubmitAsync(admin, ("_handler", "act-busy"), ("Act", "remove"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized), (demanded, promoted, ended));
        Assert.Contains("1 session of busy ended.", told, StringComparison.Ordinal);
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM accounts WHERE name = 'busy'"));
    }

    [Theory]
    [InlineData("editor")]
    [InlineData("remove")]
    public async Task The_last_admin_stays_one(string act)
    {
        using var admin = await app.SignedInClientAsync();

        var answer = await SubmitAsync(admin, ("_handler", "act-admin"), ("Act", act));

        Assert.Contains("admin is the last admin who can sign in", answer, StringComparison.Ordinal);
        Assert.Equal("admin", await app.Database.ScalarAsync<string>("SELECT role FROM accounts WHERE name = 'admin'"));
    }

    private static async Task<string> SubmitAsync(HttpClient client, params (string Name, string Value)[] fields)
    {
        using var answer = await ChaffeeApp.SubmitAsync(client, Page, fields);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("/api/admin/audit", UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
