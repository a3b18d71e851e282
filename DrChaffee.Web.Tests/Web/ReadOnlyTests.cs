using System.Net;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Web;

[Collection<OnTheApp>]
public sealed class ReadOnlyTests(ChaffeeApp app)
{
    [Fact]
    public async Task On_a_database_that_can_only_be_read_everything_is_read_and_what_writes_says_so()
    {
        await using var replica = new EmptyApp
        {
            Variables = [("DATABASE_URL", $"{app.Database.ConnectionString};Options=-c default_transaction_read_only=on"), ("API_ONLY_MODE", "true"), ("ADMIN_PASSWORD", ChaffeeApp.Password)],
        };
        await replica.InitializeAsync();
        using var client = replica.Client();
        var health = await client.JsonAsync("/health");
        var signIn = await client.GetStringAsync("/account/sign-in", TestContext.Current.CancellationToken);

        Assert.Equal("read-only", health.GetProperty("database_mode").GetString());
        Assert.Equal(4, health.GetProperty("total_sources").GetInt32());
        Assert.Contains("can only be read", signIn, StringComparison.Ordinal);
        foreach (var path in new[] { "/", "/?q=salt", "/library", $"/watch/{await app.KeyOfAsync("salt")}", "/account/setup?token=x", "/api/search?q=salt" })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Empty(replica.Log.Errors);
    }
}
