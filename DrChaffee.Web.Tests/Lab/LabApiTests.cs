using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Lab;

public sealed class LabApiTests(LabApp app) : IClassFixture<LabApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_query_is_told_leg_by_leg_and_the_parts_of_a_score_add_up_to_it()
    {
        using var client = await app.StartAsync();
        await app.TalkAsync("kidneys", "The kidneys filter the blood all day long.");
        var salt = await app.TalkAsync("salt", "Salt in the blood binds water, and the kidneys carry salt away.");

        var answer = await client.JsonAsync("/api/admin/lab/search?q=salt+in+the+blood+-sugar");
        var first = answer.GetProperty("candidates")[0];
        var scores = first.GetProperty("scores");

        Assert.Equal(["query", "tuning", "took_ms", "legs", "found", "results", "read_as", "meaning_sql", "candidates"], answer.Names());
        Assert.Equal(["words", "meaning"], answer.GetProperty("legs").EnumerateArray().Select(leg => leg.GetProperty("name").GetString()));
        Assert.Equal(["blood", "salt"], answer.GetProperty("read_as").GetProperty("lexemes").EnumerateArray().Select(l => l.GetProperty("lexeme").GetString()));
        Assert.Equal(["sugar"], answer.GetProperty("read_as").GetProperty("excluded").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(["passage", "highlights", "scores", "grade"], first.Names());
        Assert.Equal(["bm25", "cosine", "fused", "closer_look", "recording", "second_reading", "score", "words_rank", "meaning_rank", "rank", "folded_into"], scores.Names());
        Assert.Equal(1, scores.GetProperty("rank").GetInt32());
        Assert.Equal(salt, answer.GetProperty("candidates").EnumerateArray().Single(c => c.GetProperty("scores").GetProperty("words_rank").GetInt32() == 1).GetProperty("passage").GetProperty("source_key").GetString());
        Assert.Equal(scores.GetProperty("score").GetDouble(), Part("fused") + Part("closer_look") + Part("recording") + Part("second_reading"), 4);
        Assert.Contains("passage_embeddings", answer.GetProperty("meaning_sql").GetString(), StringComparison.Ordinal);

        double Part(string name) => scores.GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task The_plan_is_that_of_the_statement_that_the_search_runs()
    {
        using var client = await app.StartAsync();
        await app.TalkAsync("salt", "Salt binds water.");

        var asked = await client.JsonAsync("/api/admin/lab/search?q=salt&channel=show&candidates=30");
        var plan = await client.JsonAsync("/api/admin/lab/plan?q=salt&channel=show&candidates=30");
        var none = await client.JsonAsync("/api/admin/lab/plan?q=salt&channel=nowhere");

        Assert.Equal(asked.GetProperty("meaning_sql").GetString(), plan.GetProperty("sql").GetString());
        Assert.Contains("Execution Time", plan.GetProperty("plan").GetString(), StringComparison.Ordinal);
        Assert.Contains("actual time", plan.GetProperty("plan").GetString(), StringComparison.Ordinal);
        Assert.Equal("No passage passes the filters, so the meaning leg does not ask.", none.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_question_that_cannot_be_embedded_has_no_plan_and_the_answer_says_so()
    {
        using var client = await app.StartAsync();
        await app.TalkAsync("salt", "Salt binds water.");

        app.Embedder.Before = _ => throw new InvalidOperationException("The model's session is broken.");
        var plan = await client.JsonAsync("/api/admin/lab/plan?q=salt+that+nobody+asked+for+before");
        app.Embedder.Before = _ => Task.CompletedTask;

        Assert.Equal("The statement could not be made; the log says why.", plan.GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("sql").ValueKind);
    }

    /// <summary>"last" has the letters of "salt", and so its vector by the letters; but not the word.</summary>
    [Fact]
    public async Task Words_alone_and_meaning_alone_order_two_passages_the_other_way_round()
    {
        using var client = await app.StartAsync();
        var letters = await app.TalkAsync("atls", "Last last last last.");
        var words = await app.TalkAsync("zebra", "Zebras in the zoo need a little salt, every now and then, to be quite well.");

        var diff = await DiffAsync(client, "/api/admin/lab/diff?q=salt", new { meaning_weight = 0m, feedback_weight = 0m }, new { meaning_weight = 1m, feedback_weight = 0m });
        var same = await DiffAsync(client, "/api/admin/lab/diff?q=salt", new { }, new { });

        Assert.Equal([(letters, 2, 1, 1), (words, 1, 2, -1)], diff.GetProperty("passages").EnumerateArray().Select(Move));
        Assert.All(same.GetProperty("passages").EnumerateArray(), p => Assert.Equal(0, p.GetProperty("rose").GetInt32()));
    }

    [Fact]
    public async Task What_one_setting_folds_away_is_gone_and_what_the_other_lets_stand_is_new()
    {
        using var client = await app.StartAsync();
        var long_talk = string.Join(' ', Enumerable.Repeat("Much more was said about salt and water here.", 14));
        await app.TalkAsync("salt", long_talk, long_talk);

        var folded = await DiffAsync(client, "/api/admin/lab/diff?q=salt", new { fold_seconds = 0 }, new { fold_seconds = 120 });
        var unfolded = await DiffAsync(client, "/api/admin/lab/diff?q=salt", new { fold_seconds = 120 }, new { fold_seconds = 0 });

        Assert.Equal(1, folded.GetProperty("passages").EnumerateArray().Count(p => p.GetProperty("after").ValueKind == JsonValueKind.Number));
        Assert.Contains(folded.GetProperty("passages").EnumerateArray(), p => p.GetProperty("after").ValueKind == JsonValueKind.Null);
        Assert.Contains(unfolded.GetProperty("passages").EnumerateArray(), p => p.GetProperty("before").ValueKind == JsonValueKind.Null);
    }

    [Theory]
    [InlineData("/api/admin/lab/search", "q is missing; write what to look for.")]
    [InlineData("/api/admin/lab/search?q=x&meaning_weight=2", "meaning_weight is '2'; write a number from 0 to 1.")]
    [InlineData("/api/admin/lab/search?q=x&candidates=1.5", "candidates is '1.5'; write a whole number from 10 to 500.")]
    [InlineData("/api/admin/lab/replay?fold_seconds=-1", "fold_seconds is '-1'; write a whole number from 0 to 600.")]
    [InlineData("/api/admin/lab/judgments", "q is missing; write the query.")]
    public async Task A_parameter_that_cannot_be_used_is_told_in_one_sentence(string address, string sentence)
    {
        using var client = await app.SignedInClientAsync();

        Assert.Equal(sentence, await client.ProblemAsync(address, HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_setting_that_does_not_exist_is_no_measurement()
    {
        using var client = await app.SignedInClientAsync();
        using var answer = await client.PostAsJsonAsync("/api/admin/lab/replay/diff", new { a = new { }, b = new { meaning = 0.5 } }, Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("b.meaning is no setting; the settings are candidates, meaning_weight,", (await answer.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_are_asked_to_sign_in()
    {
        using var client = app.Client();
        using var page = await client.GetAsync(new Uri("/admin/lab", UriKind.Relative), Token);
        using var judged = await client.JudgeAsync("salt", "x", 0, 2);

        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Contains("/account/sign-in", page.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, judged.StatusCode);
    }

    private static async Task<JsonElement> DiffAsync(HttpClient client, string address, object a, object b)
    {
        using var answer = await client.PostAsJsonAsync(address, new { a, b }, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static (string, int, int, int) Move(JsonElement moved) => (
        moved.GetProperty("passage").GetProperty("source_key").GetString()!, moved.GetProperty("before").GetInt32(), moved.GetProperty("after").GetInt32(), moved.GetProperty("rose").GetInt32());
}
