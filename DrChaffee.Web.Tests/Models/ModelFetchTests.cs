using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.ModelFiles;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Models;

public sealed class ModelFetchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_fetched_in_the_background_and_the_list_says_how_far()
    {
        await using var fetch = await FetchApp.StartAsync();
        using var client = await fetch.App.SignedInClientAsync();
        var held = new TaskCompletionSource();
        fetch.Hub.Held = held.Task;

        using var answer = await FetchAsync(client, "far");
        using var again = await FetchAsync(client, "far");
        await Poll.UntilAsync(async () => (await FarAsync(client)).GetProperty("fetching") is { ValueKind: JsonValueKind.Object } file && file.GetProperty("bytes").GetInt64() == 100_000);
        var (file, page) = ((await FarAsync(client)).GetProperty("fetching"), await client.GetStringAsync("/admin/models", Token));
        held.SetResult();
        await Poll.UntilAsync(async () => await FarAsync(client) is var far && far.GetProperty("standing").GetString() == "ready" && far.GetProperty("fetching").ValueKind == JsonValueKind.Null);

        Assert.Equal("The files of far are being fetched.", (await answer.JsonAsync()).GetProperty("message").GetString());
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(("model.onnx", 300_000), (file.GetProperty("file").GetString(), file.GetProperty("size").GetInt64()));
        Assert.Contains("far: files fetched", page, StringComparison.Ordinal);
        Assert.DoesNotContain("aria-label=\"Fetch far\"", page, StringComparison.Ordinal);
        Assert.Equal(ModelHub.Large, await File.ReadAllBytesAsync(fetch.Large, Token));
        Assert.Equal([0], fetch.Hub.Asked);
        Assert.Contains("aria-label=\"Use far\"", await client.GetStringAsync("/admin/models", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_told_in_a_sentence_until_it_is_tried_again()
    {
        await using var fetch = await FetchApp.StartAsync();
        using var client = await fetch.App.SignedInClientAsync();
        fetch.Hub.Refusal = HttpStatusCode.NotFound;

        using var failed = await FetchAsync(client, "far");
        await Poll.UntilAsync(async () => (await FarAsync(client)).GetProperty("fetch_error").ValueKind == JsonValueKind.String);
        var page = await client.GetStringAsync("/admin/models", Token);
        fetch.Hub.Refusal = null;
        using var again = await FetchAsync(client, "far");
        await Poll.UntilAsync(async () => (await FarAsync(client)).GetProperty("standing").GetString() == "ready");

        Assert.Contains("127.0.0.1 has no onnx/model.onnx of owner/tiny at main (404); the model may have moved.", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Fetch far\"", page, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await FarAsync(client)).GetProperty("fetch_error").ValueKind);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_too()
    {
        await using var fetch = await FetchApp.StartAsync();
        using var client = await fetch.App.SignedInClientAsync();
        Directory.CreateDirectory($"{fetch.Large}.part"); // stands where the file would be written

        using var failed = await FetchAsync(client, "far");
        await Poll.UntilAsync(async () => (await FarAsync(client)).GetProperty("fetch_error").ValueKind == JsonValueKind.String);

        Assert.StartsWith("The files could not be written: ", (await FarAsync(client)).GetProperty("fetch_error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_after_the_last_file_is_told_and_can_be_tried_again()
    {
        await using var fetch = await FetchApp.StartAsync();
        using var client = await fetch.App.SignedInClientAsync();
        var sums = Path.Combine(Path.GetDirectoryName(fetch.Large)!, "SHA256SUMS");
        Directory.CreateDirectory(sums); // stands where the hashes would be written

        using var failed = await FetchAsync(client, "far");
        await Poll.UntilAsync(async () => (await FarAsync(client)).GetProperty("fetch_error").ValueKind == JsonValueKind.String);
        var (far, page) = (await FarAsync(client), await client.GetStringAsync("/admin/models", Token));
        Directory.Delete(sums);
        using var again = await FetchAsync(client, "far");
        await Poll.UntilAsync(async () => await FarAsync(client) is var now && now.GetProperty("standing").GetString() == "ready" && now.GetProperty("fetch_error").ValueKind == JsonValueKind.Null);

        Assert.StartsWith($"{sums} cannot be written: ", far.GetProperty("fetch_error").GetString(), StringComparison.Ordinal);
        Assert.True(far.GetProperty("fetchable").GetBoolean());
        Assert.Contains("SHA256SUMS cannot be written", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Fetch far\"", page, StringComparison.Ordinal);
        Assert.False((await FarAsync(client)).GetProperty("fetchable").GetBoolean());
    }

    [Theory]
    [InlineData("nonsense", HttpStatusCode.Conflict, "This program knows no model nonsense that is fetched; 'drchaffee models' lists them.")]
    [InlineData("", HttpStatusCode.BadRequest, "name is missing; write the name of a model.")]
    public async Task What_cannot_be_fetched_is_refused_at_once(string name, HttpStatusCode status, string sentence)
    {
        await using var fetch = await FetchApp.StartAsync();
        using var client = await fetch.App.SignedInClientAsync();
        using var answer = await FetchAsync(client, name);

        Assert.Equal((status, sentence), (answer.StatusCode, (await answer.JsonAsync()).GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_machine_that_only_serves_fetches_none_and_neither_does_a_stranger()
    {
        await using var fetch = await FetchApp.StartAsync(("API_ONLY_MODE", "true"));
        using var client = await fetch.App.SignedInClientAsync();
        using var stranger = fetch.App.Client();
        using var answer = await FetchAsync(client, "far");
        using var turnedAway = await FetchAsync(stranger, "far");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var refusal = (await answer.JsonAsync()).GetProperty("detail").GetString();
        Assert.Contains("'drchaffee models fetch far', run on this machine", refusal, StringComparison.Ordinal);
        Assert.Contains("API_ONLY_MODE is true", refusal, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, turnedAway.StatusCode);
        Assert.Empty(fetch.Hub.Asked);
    }

    private static Task<HttpResponseMessage> FetchAsync(HttpClient client, string name) => client.PostAsJsonAsync("/api/admin/models/fetch", new { name }, Token);

    private static async Task<JsonElement> FarAsync(HttpClient client) =>
        (await client.JsonAsync("/api/admin/models")).GetProperty("items").EnumerateArray().Single(model => model.GetProperty("name").GetString() == "far");
}
