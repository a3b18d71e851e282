using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Sync;

public sealed class SyncApiTests(SyncApp app) : IClassFixture<SyncApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_difference_is_shown_before_the_progress_during_and_the_checksums_after()
    {
        using var client = await StartAsync();

        var difference = await client.JsonAsync("/api/admin/sync/difference");
        var run = await SyncAsync(client);
        var page = await client.GetStringAsync("/admin/sync", Token);

        Assert.Equal(4, difference.GetProperty("recordings").GetProperty("added").GetInt32());
        Assert.True(difference.GetProperty("dry_run").GetBoolean());
        Assert.Equal((4, 4), (run.GetProperty("done").GetInt32(), run.GetProperty("total").GetInt32()));
        Assert.True(run.GetProperty("report").GetProperty("agrees").GetBoolean());
        Assert.Contains("Checksum of", page, StringComparison.Ordinal);
        Assert.Contains("the same", page, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Secret, page + difference + run, StringComparison.Ordinal);
        Assert.Equal(4L, await app.Other.ScalarAsync<long>("SELECT count(*) FROM sources"));
        Assert.Equal(0L, await app.Other.ScalarAsync<long>("SELECT count(*) FROM passages p WHERE NOT EXISTS (SELECT FROM passage_embeddings e WHERE e.passage_id = p.id)"));
    }

    [Fact]
    public async Task A_conflict_is_listed_with_both_texts_and_settled()
    {
        using var client = await StartAsync();
        await SyncAsync(client);
        var key = await app.KeyOfAsync("salt");
        await app.Database.ScalarAsync<object>($"UPDATE segments g SET text = 'Theirs.' FROM sources s WHERE s.id = g.source_id AND s.key = '{key}' AND ordinal = 0");
        await app.Other.ScalarAsync<object>($"UPDATE segments g SET text = 'Ours.' FROM sources s WHERE s.id = g.source_id AND s.key = '{key}' AND ordinal = 0");
        await SyncAsync(client);

        var list = await client.JsonAsync("/api/admin/sync/conflicts");
        var conflict = list.GetProperty("items")[0];
        var address = new Uri($"/api/admin/sync/conflicts/{conflict.GetProperty("id").GetInt64()}", UriKind.Relative);
        using var unclear = await client.PostAsJsonAsync(address, new { decision = "theirs" }, Token);
        using var decided = await client.PostAsJsonAsync(address, new { decision = "from" }, Token);
        await SyncAsync(client);

        Assert.Equal(1, list.GetProperty("total").GetInt32());
        Assert.EndsWith("Theirs.", conflict.GetProperty("theirs").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("Ours.", conflict.GetProperty("ours").GetString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NoContent), (unclear.StatusCode, decided.StatusCode));
        Assert.Equal(0, (await client.JsonAsync("/api/admin/sync/conflicts")).GetProperty("total").GetInt32());
        Assert.Equal("Theirs.", await app.Other.ScalarAsync<string>($"SELECT text FROM segments g JOIN sources s ON s.id = g.source_id WHERE s.key = '{key}' AND ordinal = 0"));
    }

    [Fact]
    public async Task On_a_database_that_can_only_be_read_it_is_refused_with_the_reason()
    {
        await using var replica = new EmptyApp
        {
            Variables = [("DATABASE_URL", $"{app.Database.ConnectionString};Options=-c default_transaction_read_only=on"), ("API_ONLY_MODE", "true"), ("PRODUCTION_DATABASE_URL", app.Other.ConnectionString)],
        };
        await replica.InitializeAsync();
        var desk = (Domain.Sync.Runs.SyncDesk)replica.Services.GetService(typeof(Domain.Sync.Runs.SyncDesk))!;

        var refusal = await Assert.ThrowsAsync<Domain.Sync.SyncException>(() => desk.StartAsync(Domain.Sync.Runs.SyncDirection.There, Domain.Sync.Merging.Preference.None, Token));

        Assert.Equal("The database of this machine can only be read; synchronise on one whose database can be written.", refusal.Message);
    }

    private async Task<HttpClient> StartAsync()
    {
        var client = await app.SignedInClientAsync();
        await app.Other.ClearAsync();
        await app.Other.ScalarAsync<object>("TRUNCATE sync_peers, sync_bases, sync_conflicts");
        return client;
    }

    private static async Task<JsonElement> SyncAsync(HttpClient client)
    {
        using var started = await client.PostAsJsonAsync("/api/admin/sync", new { direction = "there" }, Token);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        JsonElement run = default;
        await Poll.UntilAsync(async () => !(run = (await client.JsonAsync("/api/admin/sync")).GetProperty("run")).GetProperty("running").GetBoolean());
        Assert.Equal(JsonValueKind.Null, run.GetProperty("fault").ValueKind);
        return run;
    }
}
