using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DrChaffee.Web.Tests.Channels;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Operations;

/// <summary>Runs over folders and addresses, started or only looked at by a program.</summary>
public sealed class RunOrdersTests(ChannelsApp app) : IClassFixture<ChannelsApp>
{
    private const string Address = "/api/admin/ingest";
    private const string Feed = """<rss><channel><title>Plain talk</title><item><title>Salt</title><guid>about-salt</guid><enclosure url="/salt.mp3" type="audio/mpeg"/></item><item><title>Water</title><guid>about-water</guid><enclosure url="/water.mp3" type="audio/mpeg"/></item></channel></rss>""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_over_a_folder_tells_what_would_be_done_and_does_nothing()
    {
        using var client = await app.SignedInClientAsync();
        using var talks = new TestFolder();
        talks.WriteWav("2024-01-01 Old.wav");
        talks.WriteSrt("2024-01-01 Old.srt", "Old words.");
        talks.WriteWav("2025-01-01 New.wav");
        talks.WriteSrt("2025-01-01 New.srt", "New words.");

        var byPath = await LookAsync(client, new { path = talks.Path, dry_run = true });
        var newest = await LookAsync(client, new { source = "folder", channel = talks.Path, limit = 1, newest_first = true, dry_run = true });
        var since = await LookAsync(client, new { channel = talks.Path, since = "2024-06-01", dry_run = "true" });

        Assert.Equal(["channel", "found", "skipped", "waiting", "failed", "planned", "left_out"], byPath.Names());
        Assert.Equal((2, "New,Old"), (byPath.GetProperty("found").GetInt32(), Titles(byPath, ordered: true)));
        Assert.Equal("New", Titles(newest));
        Assert.Equal(("New", "Old"), (Titles(since), since.GetProperty("left_out")[0].GetProperty("title").GetString()));
        Assert.Equal(0, await app.Database.ScalarAsync<long>($"SELECT count(*) FROM ingestion_events WHERE message LIKE '%{talks.Path}%'"));
    }

    [Fact]
    public async Task An_address_tells_itself_that_it_is_a_feed()
    {
        using var client = await app.SignedInClientAsync();
        await using var site = await LocalServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/rss+xml";
            return context.Response.WriteAsync(Feed);
        });

        var plan = await LookAsync(client, new { channel = $"{site.Address}feed.xml", limit = 1, dry_run = true });
        var asRss = await LookAsync(client, new { source = "rss", channel = $"{site.Address}feed.xml", dry_run = true });
        using var started = await client.PostAsJsonAsync(Address, new { source = "rss", channel = $"{site.Address}feed.xml", limit = 1 }, Token);

        Assert.Equal((1, 2), (plan.GetProperty("found").GetInt32(), asRss.GetProperty("found").GetInt32()));
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.True((await started.JsonAsync()).GetProperty("run_id").TryGetGuid(out _));
    }

    [Theory]
    [InlineData("""{"channel":"/srv","path":"/srv"}""", "path is given beside source or channel; write one of them: path for a folder, channel for any place.")]
    [InlineData("""{"source":"yt-dlp"}""", "channel is missing; write the address of a channel, playlist or feed, or a folder's path.")]
    [InlineData("{}", "path and channel are missing; write path for a folder of this machine, or channel for the address of a channel, playlist or feed.")]
    [InlineData("{", "The request's body or parameters do not have the form that this address takes.")]
    [InlineData("""{"source":"folder"}""", "channel is missing; write the folder's full path on this machine.")]
    [InlineData("""{"source":"folder","channel":"/no/such/folder"}""", "channel is '/no/such/folder'; this machine has no such folder.")]
    [InlineData("""{"source":"tape","channel":"@talks"}""", "source is 'tape'; write yt-dlp, youtube, rss or folder.")]
    [InlineData("""{"channel":"@talks","limit":0}""", "limit is '0'; write a whole number from 1 to 1000000.")]
    [InlineData("""{"channel":"@talks","limit":"many"}""", "limit is 'many'; write a whole number from 1 to 1000000.")]
    [InlineData("""{"channel":"@talks","limit":[5]}""", "limit is '[5]'; write a whole number from 1 to 1000000.")]
    [InlineData("""{"channel":"@talks","force":1}""", "force is '1'; write true or false.")]
    [InlineData("""{"channel":"@talks","since":"May"}""", "since is 'May'; write a day as 2024-12-31.")]
    [InlineData("""{"path":"/","newest_first":"perhaps"}""", "newest_first is 'perhaps'; write true or false.")]
    [InlineData("""{"source":"rss","channel":"feed.xml"}""", "channel is 'feed.xml'. 'feed.xml' is not an address that can be fetched: give one that begins with http:// or https://.")]
    public async Task A_value_that_cannot_be_used_is_named_in_one_sentence(string order, string sentence)
    {
        using var client = await app.SignedInClientAsync();
        using var body = new StringContent(order, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(Address, UriKind.Relative), body, Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(sentence, (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_production_machine_refuses_bulk_runs_but_not_to_look()
    {
        _ = app.Database.ConnectionString;
        await using var production = new EmptyApp { Variables = [("INCREMENTAL_ONLY", "true")] };
        await production.InitializeAsync();
        using var client = await production.SignedInClientAsync();
        using var talks = new TestFolder();

        foreach (var order in (object[])[new { source = "folder", channel = talks.Path }, new { path = talks.Path, limit = 6 }])
        {
            using var refused = await client.PostAsJsonAsync(Address, order, Token);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Equal("Bulk runs are refused: INCREMENTAL_ONLY is true. On this machine give limit_unprocessed, or a limit of 5 or less.", (await refused.JsonAsync()).GetProperty("detail").GetString());
        }

        await LookAsync(client, new { source = "folder", channel = talks.Path, dry_run = true });

        using var few = await client.PostAsJsonAsync(Address, new { path = talks.Path }, Token);
        using var some = await client.PostAsJsonAsync(Address, new { channel = talks.Path, limit = 2 }, Token);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (few.StatusCode, some.StatusCode));
    }

    private static async Task<JsonElement> LookAsync(HttpClient client, object order)
    {
        using var answer = await client.PostAsJsonAsync(Address, order, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static string Titles(JsonElement plan, bool ordered = false)
    {
        var titles = plan.GetProperty("planned").EnumerateArray().Select(title => title.GetString()!);
        return string.Join(',', ordered ? titles.Order(StringComparer.Ordinal) : titles);
    }
}
