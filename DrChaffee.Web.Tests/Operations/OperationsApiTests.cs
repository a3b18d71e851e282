using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace DrChaffee.Web.Tests.Operations;

public sealed class OperationsApiTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task A_folder_is_ingested_and_the_hub_tells_of_it()
    {
        using var client = await app.SignedInClientAsync();
        using var talks = new TestFolder();
        talks.WriteWav("a talk.wav", 4);
        talks.WriteSrt("a talk.srt", "The kidneys clean the blood.", "All day long.");
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = await ConnectAsync(client);
        hub.On<JsonElement>("events", events =>
        {
            if (events.EnumerateArray().Any(happened => happened.GetProperty("kind").GetString() == "done")) done.TrySetResult();
        });
        await hub.StartAsync(TestContext.Current.CancellationToken);

        using var answer = await client.PostAsJsonAsync("/api/admin/ingest", new { path = talks.Path }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.True((await answer.JsonAsync()).GetProperty("run_id").TryGetGuid(out _));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var snapshot = await client.JsonAsync("/api/admin/ingestion");

        Assert.Equal(["last_event_id", "runs", "stages", "active", "recent"], snapshot.Names());
        Assert.Equal(["source_key", "title", "state", "stage", "stage_started_at", "progress", "speed", "seconds_left", "message", "duration", "started_at", "updated_at"], snapshot.GetProperty("recent")[0].Names());
    }

    [Theory]
    [InlineData(null, "path and channel are missing; write path for a folder of this machine, or channel for the address of a channel, playlist or feed.")]
    [InlineData("talks", "path is 'talks'; write the folder's full path, from the root.")]
    [InlineData("/no/such/folder", "path is '/no/such/folder'; this machine has no such folder.")]
    public async Task A_path_that_cannot_be_used_is_refused_in_one_sentence(string? path, string sentence)
    {
        using var client = await app.SignedInClientAsync();
        using var answer = await client.PostAsJsonAsync("/api/admin/ingest", new { path }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(sentence, (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_a_problem_without_the_text_of_an_exception()
    {
        using var client = await app.SignedInClientAsync();
        using var body = new StringContent("{ nonsense", System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/api/admin/ingest", UriKind.Relative), body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("Exception", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_machine_that_only_serves_refuses_with_the_reason_everywhere()
    {
        _ = app.Database.ConnectionString;
        await using var serving = new EmptyApp { Variables = [("API_ONLY_MODE", "true")] };
        await serving.InitializeAsync();
        using var client = await serving.SignedInClientAsync();
        using var answer = await client.PostAsJsonAsync("/api/admin/ingest", new { path = "/tmp" }, TestContext.Current.CancellationToken);
        var page = await client.GetStringAsync("/admin", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("API_ONLY_MODE is true", (await answer.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("API_ONLY_MODE is true", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Only look", page, StringComparison.Ordinal);
        Assert.Equal("api_only", (await client.JsonAsync("/health")).GetProperty("mode").GetString());
    }

    [Fact]
    public async Task The_hub_refuses_strangers()
    {
        using var client = app.Client();
        await using var hub = await ConnectAsync(client);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => hub.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
    }

    /// <summary>A hub connection with the cookies of a client.</summary>
    private static async Task<HubConnection> ConnectAsync(HttpClient client)
    {
        using var probe = await client.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        return new HubConnectionBuilder().WithUrl(new Uri(client.BaseAddress!, "/hubs/ingestion"), options =>
        {
            options.Transports = HttpTransportType.LongPolling;
            options.HttpMessageHandlerFactory = _ => new Through(client);
        }).Build();
    }

    private sealed class Through(HttpClient client) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content };
            return await client.SendAsync(copy, cancellationToken);
        }
    }
}
