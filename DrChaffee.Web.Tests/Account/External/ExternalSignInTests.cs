using System.Net;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Account.External;

public sealed class ExternalSignInTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private OidcProvider _provider = null!;
    private EmptyApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _ = database.ConnectionString;
        _provider = await OidcProvider.StartAsync();
        _app = new EmptyApp
        {
            Variables =
            [
                ("DATABASE_URL", database.ConnectionString), ("OIDC_AUTHORITY", _provider.Address), ("OIDC_CLIENT_ID", OidcProvider.ClientId), ("OIDC_CLIENT_SECRET", OidcProvider.ClientSecret),
                ("OIDC_NAME", "Our provider"), ("OIDC_ADMIN_EMAILS", "anna@example.org"), ("OIDC_EDITOR_EMAILS", "ben@example.org, carl@example.org"), ("OIDC_ROLES_CLAIM", "roles"),
                ("ADMIN_PASSWORD", ChaffeeApp.Password),
            ],
        };
        await _app.InitializeAsync();
        await database.ScalarAsync<object>("DELETE FROM accounts WHERE name <> 'admin'"); // of the tests before
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_provider is not null) await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_is_in_a_list_is_signed_in_with_its_role()
    {
        using var client = _app.Client();
        var signIn = await client.GetStringAsync("/account/sign-in", TestContext.Current.CancellationToken);
        var end = await EnterAsync(client, "/admin/accounts");
        (_provider.Subject, _provider.Person) = ("2", new() { ["email"] = "Ben@example.org", ["email_verified"] = true });
        using var editor = _app.Client();
        await EnterAsync(editor, "/admin/review");

        Assert.Contains("Sign in with Our provider", signIn, StringComparison.Ordinal);
        Assert.Equal("/admin/accounts", end);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden), (await StatusAsync(client, "/api/admin/audit"), await StatusAsync(editor, "/api/admin/review"), await StatusAsync(editor, "/api/admin/audit")));
        Assert.Equal("admin", await database.ScalarAsync<string>("SELECT role FROM accounts WHERE name = 'anna@example.org' AND external_id IS NOT NULL AND password_hash = ''"));
    }

    [Fact]
    public async Task A_roles_claim_gives_the_role_and_a_change_of_it_counts_at_the_next_sign_in()
    {
        (_provider.Subject, _provider.Person) = ("30", new() { ["preferred_username"] = "dora", ["roles"] = new[] { "reader", "editor" } });
        using var client = _app.Client();
        await EnterAsync(client, "/admin");
        var before = await database.ScalarAsync<string>("SELECT role FROM accounts WHERE name = 'dora'");
        _provider.Person = new() { ["preferred_username"] = "dora", ["roles"] = "admin" };
        using var again = _app.Client();
        await EnterAsync(again, "/admin");

        Assert.Equal(("editor", "admin"), (before, await database.ScalarAsync<string>("SELECT role FROM accounts WHERE name = 'dora'")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/api/admin/review")); // the session with the old role is over
    }

    [Theory]
    [InlineData("4", "eve@example.org", true)]
    [InlineData("5", "carl@example.org", false)]
    [InlineData("6", "admin", true)]
    public async Task Whoever_is_in_no_list_whose_address_is_not_proven_or_who_takes_anothers_name_is_refused_with_a_plain_page(string subject, string email, bool verified)
    {
        (_provider.Subject, _provider.Person) = (subject, new() { ["email"] = email, ["email_verified"] = verified });
        if (email == "admin") _provider.Person["roles"] = "admin";
        using var client = _app.Client();

        var end = await EnterAsync(client, "/admin");

        Assert.Equal("/account/refused", end);
        Assert.Contains("You have no account here", await client.GetStringAsync("/account/refused", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/api/admin/review"));
        Assert.Equal(1L, await database.ScalarAsync<long>($"SELECT count(*) FROM audit_log WHERE action = 'sign_in_refused' AND who = '{email}'"));
    }

    [Theory]
    [InlineData(OidcFault.Denies)]
    [InlineData(OidcFault.AnotherNonce)]
    [InlineData(OidcFault.AnotherAudience)]
    [InlineData(OidcFault.Expired)]
    [InlineData(OidcFault.ForgedSignature)]
    [InlineData(OidcFault.Away)]
    public async Task What_goes_wrong_at_the_provider_is_said_on_the_page_and_signs_nobody_in(OidcFault fault)
    {
        _provider.Fault = fault;
        using var client = _app.Client();

        var end = await EnterAsync(client, "/admin");

        Assert.Equal("/account/sign-in?provider=failed", end);
        Assert.Contains("Our provider could not sign you in", await client.GetStringAsync(end, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/api/admin/review"));
    }

    [Fact]
    public async Task An_answer_that_was_not_asked_for_signs_nobody_in_and_the_way_back_is_never_another_site()
    {
        using var client = _app.Client();
        using var forged = await client.GetAsync(new Uri("/account/sign-in/back?code=x&state=y", UriKind.Relative), TestContext.Current.CancellationToken);
        var end = await EnterAsync(client, "//evil.example/");

        Assert.Equal("/account/sign-in?provider=failed", forged.Headers.Location?.ToString());
        Assert.Equal("/admin", end);
    }

    /// <summary>Follows the way to the provider and back, and gives where it ends.</summary>
    private static async Task<string> EnterAsync(HttpClient client, string back)
    {
        var next = new Uri($"/account/sign-in/provider?return={Uri.EscapeDataString(back)}", UriKind.Relative);
        for (var step = 0; step < 3; step++)
        {
            using var answer = await client.GetAsync(next, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            next = answer.Headers.Location!;
            if (!next.IsAbsoluteUri) break;
        }

        return next.ToString();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
