using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Channels;

/// <summary>The program with an empty library, on a machine that may ask its own addresses.</summary>
public sealed class ChannelsApp : ChaffeeApp
{
    public ChannelsApp() => Variables = [("ALLOW_PRIVATE_ADDRESSES", "true")];

    protected override Task FillAsync() => Task.CompletedTask;
}

public sealed class ChannelsApiTests(ChannelsApp app) : IClassFixture<ChannelsApp>
{
    private const string Feed = """<rss><channel><title>Plain talk</title><item><title>Salt</title><guid>an-episode-about-salt</guid><enclosure url="/salt.mp3" type="audio/mpeg"/></item></channel></rss>""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feed_is_recognised_changed_paused_and_removed_and_its_recordings_stay()
    {
        using var client = await app.SignedInClientAsync();
        await using var site = await SiteAsync();

        using var added = await PostAsync(client, new { address = $"{site.Address}feed.xml" });
        var channel = await added.JsonAsync();
        var id = channel.GetProperty("id").GetInt64();
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal(("rss", "Plain talk", true), (channel.GetProperty("kind").GetString(), channel.GetProperty("title").GetString(), channel.GetProperty("settings").GetProperty("filter").GetProperty("skip_shorts").GetBoolean()));

        using var changed = await client.PutAsJsonAsync($"/api/admin/channels/{id}", new { rescan_every = "06:00:00", priority = 5, active_from = "22:00", active_to = "06:00", filter = new { since = "2024-01-01", not_titles = (string[])["trailer"], longest = "03:00:00" } }, Token);
        var settings = (await changed.JsonAsync()).GetProperty("settings");
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(("06:00:00", 5, "22:00:00", "trailer"), (settings.GetProperty("rescan_every").GetString(), settings.GetProperty("priority").GetInt32(), settings.GetProperty("active_from").GetString(), settings.GetProperty("filter").GetProperty("not_titles")[0].GetString()));

        using var paused = await client.PostAsync(new Uri($"/api/admin/channels/{id}/pause", UriKind.Relative), null, Token);
        Assert.True((await client.JsonAsync($"/api/admin/channels/{id}")).GetProperty("settings").GetProperty("paused").GetBoolean());
        var page = await client.GetStringAsync("/admin/sources", Token);
        Assert.Contains("every 6 hours", page, StringComparison.Ordinal);
        Assert.Contains("up to 180 min, since 2024-01-01, no titles like trailer, priority 5, 22:00 to 06:00", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Resume Plain talk\"", page, StringComparison.Ordinal);

        await app.Database.ScalarAsync<object>($"INSERT INTO sources (source_type, source_id, key, title, state, stage, channel_id, attempts, fencing_token, version) VALUES ('podcast', 'salt', 'podcast-salt', 'Salt', 'done', 'store', {id}, 0, 0, 1)");
        Assert.Equal(1, (await client.JsonAsync($"/api/admin/channels/{id}")).GetProperty("done").GetInt32());
        using var removed = await client.DeleteAsync(new Uri($"/api/admin/channels/{id}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(1, await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE key = 'podcast-salt' AND channel_id IS NULL"));
        using var gone = await client.GetAsync(new Uri($"/api/admin/channels/{id}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Any_address_is_recognised()
    {
        using var client = await app.SignedInClientAsync();
        await using var site = await SiteAsync();
        using var folder = new TestFolder();

        Assert.Equal(("youtube", "https://www.youtube.com/@PlainTalk"), await KindAsync("https://youtube.com/@PlainTalk/videos"));
        Assert.Equal(("youtube", "https://www.youtube.com/playlist?list=PLabc_123"), await KindAsync("youtube.com/playlist?list=PLabc_123"));
        Assert.Equal(("folder", folder.Path), await KindAsync(folder.Path + "/"));
        Assert.Equal(("rss", $"{site.Address}feed.xml"), await KindAsync($"{site.Address}page"));
        Assert.Equal(("web", $"{site.Address}plain"), await KindAsync($"{site.Address}plain"));

        async Task<(string?, string?)> KindAsync(string address)
        {
            using var answer = await PostAsync(client, new { address });
            var channel = await answer.JsonAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.Created, channel.ToString());
            using var removed = await client.DeleteAsync(new Uri($"/api/admin/channels/{channel.GetProperty("id").GetInt64()}", UriKind.Relative), Token);
            return (channel.GetProperty("kind").GetString(), channel.GetProperty("address").GetString());
        }
    }

    [Theory]
    [InlineData("", "The address is missing; paste the address of a channel, playlist or feed, or a folder's path.")]
    [InlineData("/no/such/folder", "This machine has no folder /no/such/folder.")]
    [InlineData("https://youtu.be/dQw4w9WgXcQ", "That is one recording, not a channel; take it in with: drchaffee ingest --channel https://www.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("ftp://example.org/feed", "'ftp://example.org/feed' is not an address that can be fetched: give one that begins with http:// or https://.")]
    [InlineData("nonsense", "'nonsense' is not an address that can be fetched: give one that begins with http:// or https://.")]
    public async Task What_is_no_channel_is_refused_in_one_sentence(string address, string sentence)
    {
        using var client = await app.SignedInClientAsync();
        using var answer = await PostAsync(client, new { address });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(sentence, (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("""{"rescan_every":"00:01:00"}""", "The interval must be from 15 minutes to 60 days.")]
    [InlineData("""{"priority":5000}""", "The priority is 5000; write a whole number from -1000 to 1000.")]
    [InlineData("""{"active_from":"22:00"}""", "Of the active hours one is missing; write both, or neither.")]
    [InlineData("""{"filter":{"titles":["("]}}""", "The title pattern '(' is no regular expression: ")]
    [InlineData("""{"filter":{"shortest":"01:00:00","longest":"00:10:00"}}""", "The shortest length is greater than the longest, so that nothing would be wanted.")]
    public async Task Settings_that_cannot_be_used_are_refused_in_one_sentence(string settings, string sentence)
    {
        using var client = await app.SignedInClientAsync();
        using var folder = new TestFolder();
        using var answer = await PostAsync(client, new { address = folder.Path, settings = JsonSerializer.Deserialize<JsonElement>(settings) });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(sentence, (await answer.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_takes_in_what_is_new_and_says_when_it_was()
    {
        using var client = await app.SignedInClientAsync();
        using var folder = new TestFolder();
        folder.WriteWav("salt.wav", 3);
        folder.WriteSrt("salt.srt", "Salt raises blood pressure.");
        using var added = await PostAsync(client, new { address = folder.Path });
        var id = (await added.JsonAsync()).GetProperty("id").GetInt64();
        await client.PutAsJsonAsync($"/api/admin/channels/{id}", new { rescan_every = "06:00:00" }, Token);

        using var answer = await client.PostAsync(new Uri($"/api/admin/channels/{id}/look", UriKind.Relative), null, Token);
        await Poll.UntilAsync(async () => (await client.JsonAsync($"/api/admin/channels/{id}")).GetProperty("done").GetInt32() == 1);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(JsonValueKind.String, (await client.JsonAsync($"/api/admin/channels/{id}")).GetProperty("checked_at").ValueKind);
    }

    [Fact]
    public async Task A_machine_that_only_serves_changes_nothing_and_says_why()
    {
        _ = app.Database.ConnectionString;
        await using var serving = new EmptyApp { Variables = [("API_ONLY_MODE", "true")] };
        await serving.InitializeAsync();
        using var client = await serving.SignedInClientAsync();
        using var answer = await PostAsync(client, new { address = "/tmp" });
        var page = await client.GetStringAsync("/admin/sources", Token);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("API_ONLY_MODE is true", (await answer.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("API_ONLY_MODE is true", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Add a source", page, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, object body) => client.PostAsJsonAsync("/api/admin/channels", body, Token);

    private static Task<LocalServer> SiteAsync() => LocalServer.StartAsync(async context =>
    {
        var (type, text) = context.Request.Path.Value switch
        {
            "/feed.xml" => ("application/rss+xml", Feed),
            "/page" => ("text/html", """<!DOCTYPE html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>"""),
            _ => ("text/html", "<!DOCTYPE html><title>A site</title>"),
        };
        context.Response.ContentType = type;
        await context.Response.WriteAsync(text, context.RequestAborted);
    });
}
