using System.Net;
using DrChaffee.Domain.Sources;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Web;

[Collection<OnTheApp>]
public sealed class HealthApiTests(ChaffeeApp app)
{
    [Fact]
    public async Task Health_tells_the_mode_the_database_and_what_the_library_holds()
    {
        using var client = app.Client();
        var health = await client.JsonAsync("/health");

        Assert.Equal(
            ["status", "mode", "version", "gpu_available", "ingestion_enabled", "database_mode", "total_sources", "total_segments", "last_updated", "checks"], health.Names());
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal("local", health.GetProperty("mode").GetString());
        Assert.Equal("writable", health.GetProperty("database_mode").GetString());
        Assert.True(health.GetProperty("ingestion_enabled").GetBoolean());
    }

    [Fact]
    public async Task Health_the_first_page_and_the_library_count_failed_recordings_alike()
    {
        _ = app.Database.ConnectionString;
        await using var library = new EmptyApp();
        await library.InitializeAsync();
        await using (var db = await library.Database.OpenAsync())
        {
            db.Sources.AddRange(Recording("a", SourceState.Done, version: 1), Recording("failed-later", SourceState.Failed, version: 2), Recording("never-read", SourceState.Failed, version: 0));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        using var client = library.Client();
        var health = await client.JsonAsync("/health");
        var listed = await client.JsonAsync("/api/sources");
        var page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal((2, 2), (health.GetProperty("total_sources").GetInt32(), listed.GetProperty("total").GetInt32()));
        Assert.Contains("Searches 2 recordings, 2 min of talk", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?q=salt")]
    [InlineData("/library")]
    [InlineData("/account/sign-in")]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/admin")]
    [InlineData("/no-such-page")]
    public async Task The_head_of_a_page_is_that_of_the_whole_without_it(string address)
    {
        using var client = app.Client();
        using var whole = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        using var asked = new HttpRequestMessage(HttpMethod.Head, address);
        using var head = await client.SendAsync(asked, TestContext.Current.CancellationToken);

        Assert.Equal((whole.StatusCode, whole.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_the_database_health_says_so_and_the_process_still_answers()
    {
        _ = app.Database.ConnectionString;
        await using var lonely = new EmptyApp();
        await lonely.InitializeAsync();
        using var client = lonely.Client();
        await DropAsync(lonely.Database.ConnectionString);

        await Poll.UntilAsync(async () => (await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.ServiceUnavailable);
        using var live = await client.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        var sentence = await client.ProblemAsync("/api/sources", HttpStatusCode.ServiceUnavailable);
        using var page = await client.GetAsync(new Uri("/library", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal("The database does not answer; try again in a moment.", sentence);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("The library cannot be reached", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_of_the_interface_names_every_public_address()
    {
        using var client = app.Client();
        var paths = (await client.JsonAsync("/openapi/v1.json")).GetProperty("paths").Names().ToList();

        Assert.All(
            ["/health", "/health/live", "/api/search", "/api/sources", "/api/sources/{key}", "/api/sources/{key}/transcript", "/api/admin/ingestion", "/api/admin/ingest"],
            path => Assert.Contains(path, paths.Select(p => p.Length > 1 ? p.TrimEnd('/') : p)));
    }

    [Fact]
    public async Task The_description_tells_what_is_required_what_is_a_number_and_what_is_answered()
    {
        using var client = app.Client();
        var paths = (await client.JsonAsync("/openapi/v1.json")).GetProperty("paths");
        var search = paths.GetProperty("/api/search").GetProperty("get").GetProperty("parameters").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!);
        var health = paths.EnumerateObject().First(p => p.Name.TrimEnd('/') == "/health").Value;

        Assert.True(search["q"].GetProperty("required").GetBoolean());
        Assert.Equal("integer", search["take"].GetProperty("schema").GetProperty("type").GetString());
        Assert.Equal(["200", "503"], health.GetProperty("get").GetProperty("responses").Names());
        Assert.Equal(["200", "206", "404"], paths.GetProperty("/media/{key}").GetProperty("get").GetProperty("responses").Names());
    }

    private static Source Recording(string id, SourceState state, long version) =>
        new() { SourceType = "file", SourceId = id, Key = $"file-{id}", Title = id, State = state, Version = version, Duration = TimeSpan.FromMinutes(1) };

    private static async Task DropAsync(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var name = server.Database;
        server.Database = "postgres";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var drop = new NpgsqlCommand($"DROP DATABASE \"{name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
