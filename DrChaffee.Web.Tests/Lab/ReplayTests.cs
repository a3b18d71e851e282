using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Lab;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Lab;

public sealed class ReplayTests(LabApp app) : IClassFixture<LabApp>
{
    [Fact]
    public async Task A_replay_computes_what_can_be_checked_by_hand()
    {
        using var client = await app.StartAsync();
        await app.TalkAsync("one", "Salt, salt and salt again.");
        await app.TalkAsync("two", "Salt, and salt, and many other words of all kinds that make it a longer talk.");
        await app.TalkAsync("three", "Once only was salt spoken of here, between many other words of all kinds, and a number of words more that nobody will ever ask for.");
        var order = (await client.JsonAsync("/api/search?q=salt&mode=keyword")).GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("source_key").GetString()!).ToList();
        foreach (var (key, grade) in new[] { (order[0], 1), (order[1], 2) })
        {
            using var judged = await client.JudgeAsync("salt", key, 0, grade);
            Assert.Equal(HttpStatusCode.NoContent, judged.StatusCode);
        }

        using var irrelevant = await client.JudgeAsync("many words", order[0], 0, 0);
        using var lost = await client.JudgeAsync("salt", order[2], 0, 2);
        await app.Database.ScalarAsync<object>($"UPDATE search_judgments SET source_key = 'gone' WHERE source_key = '{order[2]}'");

        var replay = await client.JsonAsync("/api/admin/lab/replay");
        var words = replay.GetProperty("legs").GetProperty("keyword");
        var scores = words.GetProperty("scores");

        // Gains 1 and 2 at ranks 1 and 2 against the ideal 2 and 1: (1 + 2/log2 3) / (2 + 1/log2 3).
        Assert.Equal(0.8597, scores.GetProperty("ndcg_at_10").GetDouble(), 4);
        Assert.Equal((1, 1), (scores.GetProperty("recall_at_100").GetDouble(), scores.GetProperty("mrr").GetDouble()));
        Assert.Equal((3, 1), (words.GetProperty("shown").GetInt32(), words.GetProperty("unjudged").GetInt32()));
        Assert.Equal((1, 1, 1), (replay.GetProperty("queries").GetInt32(), replay.GetProperty("left_out").GetInt32(), replay.GetProperty("lost").GetInt32()));
        Assert.Equal(["keyword", "semantic", "hybrid"], replay.GetProperty("legs").Names());
        Assert.Equal(0.8597, replay.GetProperty("items")[0].GetProperty("legs").GetProperty("keyword").GetProperty("ndcg_at_10").GetDouble(), 4);
    }

    /// <summary>"last" has the letters of "salt", and so its vector by the letters.</summary>
    [Fact]
    public async Task Two_settings_are_compared_query_by_query_the_most_gained_first()
    {
        using var client = await app.StartAsync();
        var letters = await app.TalkAsync("atls", "Last last last last.");
        var words = await app.TalkAsync("zebra", "Zebras in the zoo need a little salt, every now and then, to be quite well.");
        using var first = await client.JudgeAsync("salt", letters, 0, 2);
        using var second = await client.JudgeAsync("zebra salt", words, 0, 2);

        using var answer = await client.PostAsJsonAsync(
            "/api/admin/lab/replay/diff", new { a = new { meaning_weight = 0m, feedback_weight = 0m }, b = new { meaning_weight = 1m, feedback_weight = 0m } }, TestContext.Current.CancellationToken);
        var diff = await answer.JsonAsync();
        var items = diff.GetProperty("items").EnumerateArray().ToList();

        // At rank 2 instead of 1 the one relevant passage gains 1/log2 3.
        Assert.Equal("salt", items[0].GetProperty("query").GetString());
        Assert.Equal((0.6309, 1, 0.3691), (Number(items[0], "a"), Number(items[0], "b"), Number(items[0], "delta")));
        Assert.Equal("zebra salt", items[^1].GetProperty("query").GetString());
        Assert.Equal(1, diff.GetProperty("better").GetInt32());
        Assert.Equal(["tuning", "queries", "left_out", "lost", "took_ms", "legs", "items"], diff.GetProperty("a").Names());
    }

    [Fact]
    public void Every_value_of_the_tuning_can_be_turned_and_starts_as_shipped()
    {
        var properties = typeof(SearchTuning).GetProperties().Where(p => p.Name != "EqualityContract").Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name));

        Assert.Equal(properties.Order(), TuningKnob.All.Select(knob => knob.Name).Order());
        Assert.All(TuningKnob.All, knob =>
        {
            Assert.InRange(knob.Get(SearchTuning.Shipped), knob.Least, knob.Most);
            Assert.Equal(knob.Most, knob.Get(knob.With(SearchTuning.Shipped, knob.Most)));
            Assert.Equal(SearchTuning.Shipped, knob.With(SearchTuning.Shipped, knob.Get(SearchTuning.Shipped)));
        });
    }

    private static double Number(JsonElement item, string name) => Math.Round(item.GetProperty(name).GetDouble(), 4);
}
