using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Web;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Models;

public sealed class ModelsApiTests(ModelsApp app) : IClassFixture<ModelsApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_placed_by_hand_is_brought_in_by_the_server_and_given_up_again()
    {
        using var client = await app.SignedInClientAsync();

        var wanted = await DecideAsync(client, "/api/admin/models/use", new { name = "tiny" });
        await Infrastructure.Poll.UntilAsync(async () => (await ModelAsync(client, "tiny")).GetProperty("standing").GetString() == "active");
        var tiny = await ModelAsync(client, "tiny");
        var searched = await client.JsonAsync("/api/search?q=salt+and+blood+pressure&mode=semantic");
        var page = await client.GetStringAsync("/admin/models", Token);
        var back = await DecideAsync(client, "/api/admin/models/rollback", new { });

        Assert.StartsWith("tiny is wanted: ", wanted, StringComparison.Ordinal);
        Assert.Equal(tiny.GetProperty("passages").GetInt64(), tiny.GetProperty("embedded").GetInt64());
        Assert.Equal("ok", searched.GetProperty("legs").EnumerateArray().Single(leg => leg.GetProperty("name").GetString() == "meaning").GetProperty("state").GetString());
        Assert.NotEqual(0, searched.GetProperty("total").GetInt32());
        Assert.Contains("aria-label=\"Roll back to chaffee-embed-1\"", page, StringComparison.Ordinal);
        Assert.Equal("chaffee-embed-1 is in use again.", back);
        Assert.Equal("previous", (await ModelAsync(client, "tiny")).GetProperty("standing").GetString());
    }

    [Theory]
    [InlineData("""{"name":"nonsense"}""", HttpStatusCode.Conflict, "This program knows no embedding model nonsense; 'drchaffee models' lists them.")]
    [InlineData("""{}""", HttpStatusCode.BadRequest, "name is missing; write the name of a model.")]
    public async Task What_cannot_be_used_is_refused_in_one_sentence(string body, HttpStatusCode status, string sentence)
    {
        using var client = await app.SignedInClientAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/api/admin/models/use", UriKind.Relative), content, Token);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(sentence, (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_choice_that_another_one_forestalled_is_refused_in_one_sentence()
    {
        using var client = await app.SignedInClientAsync();
        await app.Database.ScalarAsync<object>("""
            CREATE FUNCTION forestall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE unique_violation; END $$;
            CREATE TRIGGER forestall BEFORE INSERT OR UPDATE ON embedding_models FOR EACH ROW EXECUTE FUNCTION forestall()
            """);
        using var answer = await client.PostAsJsonAsync("/api/admin/models/use", new { name = "tiny" }, Token);
        await app.Database.ScalarAsync<object>("DROP FUNCTION forestall CASCADE");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("Someone else changed the models at the same moment; look at the list and try again.", (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_model_whose_files_are_missing_says_how_they_are_fetched()
    {
        using var client = await app.SignedInClientAsync();
        using var answer = await client.PostAsJsonAsync("/api/admin/models/use", new { name = "bge-small-en-v1.5" }, Token);
        var listed = await ModelAsync(client, "bge-small-en-v1.5");

        Assert.Contains("run 'drchaffee models fetch bge-small-en-v1.5'", (await answer.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(("absent", 384, false), (listed.GetProperty("standing").GetString(), listed.GetProperty("dimensions").GetInt32(), listed.GetProperty("here").GetBoolean()));
    }

    [Fact]
    public async Task A_wish_can_be_ended_and_a_model_that_was_kept_used_again_from_the_page()
    {
        await using var db = await app.Database.OpenAsync();
        await db.Database.ExecuteSqlAsync($"INSERT INTO embedding_models (engine, name, dimensions, active, wanted, learned_from, failures) VALUES ('elsewhere', 'one of elsewhere', 8, false, true, 0, 0), ('drchaffee', 'chaffee-embed-1@kept', 8, false, false, 100, 0)", Token);
        using var client = await app.SignedInClientAsync();

        var page = await client.GetStringAsync("/admin/models", Token);
        var active = (await client.JsonAsync("/api/admin/models")).GetProperty("items").EnumerateArray().Single(model => model.GetProperty("standing").GetString() == "active").GetProperty("name").GetString();
        await DecideAsync(client, "/api/admin/models/use", new { name = active });
        var ended = await ModelAsync(client, "one of elsewhere");
        await db.Database.ExecuteSqlAsync($"DELETE FROM embedding_models WHERE name IN ('one of elsewhere', 'chaffee-embed-1@kept')", Token);

        Assert.Contains("aria-label=\"Stop embedding with one of elsewhere\"", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Use chaffee-embed-1@kept\"", page, StringComparison.Ordinal);
        Assert.Equal("kept", ended.GetProperty("standing").GetString());
    }

    private static async Task<string?> DecideAsync(HttpClient client, string address, object body)
    {
        using var answer = await client.PostAsJsonAsync(address, body, Token);
        return (await answer.JsonAsync()).GetProperty("message").GetString();
    }

    private static async Task<JsonElement> ModelAsync(HttpClient client, string name) =>
        (await client.JsonAsync("/api/admin/models")).GetProperty("items").EnumerateArray().Single(model => model.GetProperty("name").GetString() == name);
}
