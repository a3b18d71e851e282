using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Steering;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Operations;

public sealed class SteeringApiTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    private const string NoSuch = "There is no http-none.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_queue_is_listed_narrowed_and_paged()
    {
        using var client = await StartAsync();
        await app.Database.SourceAsync("b", "failed", "gone", detail: "ERROR: gone");
        await app.Database.SourceAsync("c");
        await app.Database.SourceAsync("a", priority: 2);

        var queue = await client.JsonAsync("/api/admin/queue?take=1");
        var failed = await client.JsonAsync("/api/admin/queue?class=gone");
        var working = await client.JsonAsync("/api/admin/queue?state=working&channel=Talks");

        Assert.Equal((2, 1, "http-a", 1), (queue.GetProperty("total").GetInt32(), queue.GetProperty("items").GetArrayLength(), Item(queue).GetProperty("source_key").GetString(), Item(queue).GetProperty("place").GetInt32()));
        Assert.Equal(("http-b", "failed", "gone", "It cannot be had.", "ERROR: gone", 2), (
            Item(failed).GetProperty("source_key").GetString(), Item(failed).GetProperty("state").GetString(), Item(failed).GetProperty("failure_class").GetString(),
            Item(failed).GetProperty("reason").GetString(), Item(failed).GetProperty("detail").GetString(), Item(failed).GetProperty("attempts").GetInt32()));
        Assert.Equal(0, working.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("state=lost", "state is 'lost'; write queued, working, waiting, done or failed.")]
    [InlineData("class=odd", "class is 'odd'; write transient, blocked, gone, unsupported, broken or ours.")]
    [InlineData("class=gone&state=done", "class is given, so state can only be failed.")]
    [InlineData("take=0", "take is '0'; write a whole number from 1 to 200.")]
    public async Task What_cannot_be_listed_is_told_in_one_sentence(string query, string sentence)
    {
        using var client = await StartAsync();

        Assert.Equal(sentence, await client.ProblemAsync($"/api/admin/queue?{query}", HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_recording_is_retried_set_aside_let_go_prioritised_and_moved()
    {
        using var client = await StartAsync();
        await app.Database.SourceAsync("a", "failed", "gone");
        await app.Database.SourceAsync("b");
        await app.Database.SourceAsync("c");

        await DoneAsync(client, "sources/http-a/retry");
        await DoneAsync(client, "sources/http-b/set-aside");
        Assert.Equal("http-a http-c http-b", await OrderAsync(client));
        await DoneAsync(client, "sources/http-b/let-go");
        await DoneAsync(client, "sources/http-c/priority", new { priority = 5 });
        Assert.Equal("http-c http-a http-b", await OrderAsync(client));
        await DoneAsync(client, "sources/http-b/move", new { before = "http-c" });
        await DoneAsync(client, "sources/http-c/move", new { after = "http-a" });

        Assert.Equal("http-b http-a http-c", await OrderAsync(client));
    }

    [Fact]
    public async Task All_failures_of_a_class_are_retried_and_a_recording_is_processed_again()
    {
        using var client = await StartAsync();
        await app.Database.SourceAsync("a", "failed", "broken");
        await app.Database.SourceAsync("b", "failed", "broken");
        await app.Database.SourceAsync("c", "failed", "gone");

        using var retried = await PostAsync(client, "failures/broken/retry");
        await DoneAsync(client, "sources/http-c/reprocess", new { from = "fetch" });

        Assert.Equal(2, (await retried.JsonAsync()).GetProperty("retried").GetInt32());
        Assert.Equal("http-a http-b http-c", await OrderAsync(client));
    }

    [Fact]
    public async Task Everything_is_paused_and_resumed_and_a_host_is_asked_again()
    {
        using var client = await StartAsync();
        await app.Database.ScalarAsync<object>("INSERT INTO host_circuits (host, failures, open_until, reason) VALUES ('bad.example', 3, now() + interval '10 minutes', 'It refuses.')");

        await DoneAsync(client, "ingestion/pause");
        var circuits = await client.JsonAsync("/api/admin/circuits");
        var page = await client.GetStringAsync("/admin", Token);
        using var closed = await client.DeleteAsync(new Uri("/api/admin/circuits/BAD.example", UriKind.Relative), Token);
        using var again = await client.DeleteAsync(new Uri("/api/admin/circuits/bad.example", UriKind.Relative), Token);
        await DoneAsync(client, "ingestion/resume");

        Assert.True(circuits.GetProperty("paused").GetBoolean());
        Assert.Equal((1, "bad.example", 3, "It refuses."), (circuits.GetProperty("total").GetInt32(), Item(circuits).GetProperty("host").GetString(), Item(circuits).GetProperty("failures").GetInt32(), Item(circuits).GetProperty("reason").GetString()));
        Assert.Contains("Everything is paused.", page, StringComparison.Ordinal);
        Assert.Contains("Ask again now: bad.example", page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (closed.StatusCode, again.StatusCode));
        Assert.False((await client.JsonAsync("/api/admin/circuits")).GetProperty("paused").GetBoolean());
    }

    [Theory]
    [InlineData("sources/http-none/retry", "{}", 404, NoSuch)]
    [InlineData("sources/http-none/set-aside", "{}", 404, NoSuch)]
    [InlineData("sources/http-none/let-go", "{}", 404, NoSuch)]
    [InlineData("sources/http-none/reprocess", """{"from":"chunk"}""", 404, NoSuch)]
    [InlineData("sources/http-none/priority", """{"priority":1}""", 404, NoSuch)]
    [InlineData("sources/http-none/move", """{"before":"http-a"}""", 404, NoSuch)]
    [InlineData("sources/http-a/move", """{"before":"http-none"}""", 404, NoSuch)]
    [InlineData("sources/http-done/retry", "{}", 409, "It is done; have it processed again instead.")]
    [InlineData("sources/http-a/reprocess", """{"from":"embed"}""", 409, "It has no transcript yet; process it from an earlier stage.")]
    [InlineData("sources/http-a/move", """{"after":"http-done"}""", 409, "http-done is done and waits no longer.")]
    [InlineData("sources/http-a/reprocess", """{"from":"dream"}""", 400, "from is 'dream'; write discover, fetch, decode, transcribe, identify_speakers, chunk, embed or store.")]
    [InlineData("sources/http-a/reprocess", "{}", 400, "from is missing; write fetch, decode, transcribe, identify_speakers, chunk, embed or store.")]
    [InlineData("sources/http-a/priority", """{"priority":2000000}""", 400, "priority is missing or too great; write a whole number from -1000000 to 1000000.")]
    [InlineData("sources/http-a/move", """{"before":"http-a","after":"http-a"}""", 400, "before or after is missing; write the key of one recording that waits, as one of them.")]
    [InlineData("failures/odd/retry", "{}", 400, "class is 'odd'; write transient, blocked, gone, unsupported, broken or ours.")]
    public async Task What_cannot_be_done_is_refused_in_one_sentence(string route, string body, int status, string sentence)
    {
        using var client = await StartAsync();
        await app.Database.SourceAsync("a");
        await app.Database.SourceAsync("done", "done");
        using var answer = await PostAsync(client, route, JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal((status, sentence), ((int)answer.StatusCode, (await answer.JsonAsync()).GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData(false, "Ingestion is disabled: API_ONLY_MODE is true. This machine only serves the library; ingest on another one.")]
    [InlineData(true, "The database of this machine can only be read; steer ingestion on the machine that ingests.")]
    public async Task A_machine_that_may_not_refuses_everything_with_the_reason_and_shows_no_buttons(bool readOnly, string sentence)
    {
        await app.Database.ClearAsync();
        await app.Database.SourceAsync("a");
        await app.Database.SourceAsync("b", "failed", "gone");
        using var known = await app.SignedInClientAsync();
        using var fresh = app.Client();
        using var signedIn = await ChaffeeApp.SubmitAsync(fresh, "/account/sign-in", ("Entry.Name", "admin"), ("Entry.Password", ChaffeeApp.Password));
        await using var other = new EmptyApp { Variables = readOnly ? [("DATABASE_URL", $"{app.Database.ConnectionString};Options=-c default_transaction_read_only=on")] : [("DATABASE_URL", app.Database.ConnectionString), ("API_ONLY_MODE", "true")] };
        await other.InitializeAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = other.Address };
        foreach (var cookie in signedIn.Headers.GetValues("Set-Cookie")) client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]); // one database: who is signed in there is signed in here
        var page = await client.GetStringAsync("/admin", Token);

        foreach (var (route, body) in new (string, object?)[]
                 {
                     ("sources/http-b/retry", null), ("sources/http-a/set-aside", null), ("sources/http-a/let-go", null), ("sources/http-b/reprocess", new { from = "fetch" }), ("sources/http-a/priority", new { priority = 1 }),
                     ("sources/http-a/move", new { before = "http-b" }), ("failures/gone/retry", null), ("ingestion/pause", null), ("ingestion/resume", null),
                 })
        {
            using var answer = await PostAsync(client, route, body);
            Assert.Equal((route, HttpStatusCode.Conflict, sentence), (route, answer.StatusCode, (await answer.JsonAsync()).GetProperty("detail").GetString()));
        }

        using var deleted = await client.DeleteAsync(new Uri("/api/admin/circuits/bad.example", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.Conflict, deleted.StatusCode);
        Assert.Contains("Talk a", page, StringComparison.Ordinal);
        Assert.Contains("Talk b", page, StringComparison.Ordinal);
        Assert.All(["Pause everything", "Retry", "Set aside", "To the top", "Reprocess"], button => Assert.DoesNotContain(button, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "queue")]
    [InlineData("POST", "sources/http-a/retry")]
    [InlineData("POST", "sources/http-a/set-aside")]
    [InlineData("POST", "sources/http-a/let-go")]
    [InlineData("POST", "sources/http-a/reprocess")]
    [InlineData("POST", "sources/http-a/priority")]
    [InlineData("POST", "sources/http-a/move")]
    [InlineData("POST", "failures/gone/retry")]
    [InlineData("POST", "ingestion/pause")]
    [InlineData("POST", "ingestion/resume")]
    [InlineData("GET", "circuits")]
    [InlineData("DELETE", "circuits/bad.example")]
    public async Task Strangers_are_refused(string method, string route)
    {
        using var client = app.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/admin/{route}");
        if (method == "POST") request.Content = JsonContent.Create(new { });
        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<HttpClient> StartAsync()
    {
        var client = await app.SignedInClientAsync();
        await app.Database.ClearAsync();
        return client;
    }

    private static JsonElement Item(JsonElement list) => list.GetProperty("items")[0];

    private static async Task<string> OrderAsync(HttpClient client) =>
        string.Join(' ', (await client.JsonAsync("/api/admin/queue")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("source_key").GetString()));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string route, object? body = null) => client.PostAsJsonAsync($"/api/admin/{route}", body ?? new { }, Token);

    private static async Task DoneAsync(HttpClient client, string route, object? body = null)
    {
        using var answer = await PostAsync(client, route, body);
        Assert.Equal((route, HttpStatusCode.NoContent), (route, answer.StatusCode));
    }
}
