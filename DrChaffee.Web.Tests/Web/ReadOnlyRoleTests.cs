using System.Net;
using System.Net.Http.Json;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DrChaffee.Web.Tests.Web;

/// <summary>A machine that only serves, signed in as the role that <c>grant-readonly</c> makes.</summary>
[Collection<OnTheApp>]
public sealed class ReadOnlyRoleTests(ChaffeeApp app) : IAsyncLifetime
{
    private static readonly string[] Library = ["/", "/?q=salt", "/library", "/account/sign-in", "/account/setup?token=x", "/api/search?q=salt", "/api/suggestions?q=sal", "/api/sources", "/openapi/v1.json", "/health", "/health/live"];

    private ReadOnlyServer? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ReadOnlyServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _ = app.Database.ConnectionString; // skips without a server
        _server = await ReadOnlyServer.StartAsync(app, "salt");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Everything_public_is_answered_and_the_database_refuses_nothing()
    {
        using var client = Server.App.Client();
        var key = await app.KeyOfAsync("salt");
        string[] ofOne = [$"/watch/{key}?t=3", $"/api/sources/{key}", .. new[] { "json", "txt", "srt", "vtt", "csv" }.Select(format => $"/api/sources/{key}/transcript?format={format}"), $"/media/{key}"];
        foreach (var path in Library.Concat(ofOne))
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path} is answered by {answer.StatusCode}.");
        }

        Assert.Equal("read-only", (await client.JsonAsync("/health")).GetProperty("database_mode").GetString());
        Assert.Empty(Server.Refused);
        Assert.Empty(Server.App.Log.Errors);
        var denied = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var command = Server.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT * FROM accounts");
            await command.ExecuteNonQueryAsync(Token);
        });
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
        Assert.Single(Server.Refused); // one that is refused would have been seen
    }

    [Fact]
    public async Task Ingestion_is_refused_in_all_three_doors_and_so_is_signing_in_each_with_its_reason()
    {
        const string ServesOnly = "Ingestion is disabled: API_ONLY_MODE is true. This machine only serves the library; ingest on another one.";
        using var client = Server.App.Client();
        var before = await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources");

        var command = await ProgramRun.RunAsync(["ingest", "--source", "folder", "--channel", "/tmp"], ("DATABASE_URL", Server.ConnectionString), ("API_ONLY_MODE", "true"));
        using var api = await client.PostAsJsonAsync("/api/admin/ingest", new { path = "/tmp" }, Token);
        using var page = await client.GetAsync(new Uri("/admin", UriKind.Relative), Token);
        var signIn = await client.GetStringAsync(page.Headers.Location!, Token);

        Assert.Equal((1, "", ServesOnly), (command.ExitCode, command.Output, command.Errors));
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Contains("The database of this machine can only be read, so nobody can sign in here.", signIn, StringComparison.Ordinal);
        Assert.Equal(before, await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources"));
        Assert.Empty(Server.Refused);
    }
}
