using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Search;

[Collection<OnTheTalks>]
public sealed class ResultOrderTests(TalksApp app)
{
    [Fact]
    public async Task Passages_within_two_minutes_are_folded_into_the_best_of_them_and_later_ones_are_not()
    {
        var hits = TalksApp.Hits(await app.FindAsync("kidney stones water", "&mode=keyword")).Where(hit => hit.GetProperty("title").GetString() == "Stones and salt").ToArray();
        var first = hits.Single(hit => hit.GetProperty("start").GetDouble() < 120);

        Assert.Equal([400], hits.Select(hit => hit.GetProperty("start").GetDouble()).Where(start => start > 120));
        var nearby = first.GetProperty("nearby").EnumerateArray().ToArray();
        Assert.Equal(2, nearby.Length);
        Assert.Equal(nearby.Select(Start).Order(), nearby.Select(Start));
        Assert.All(nearby, near => Assert.InRange(Math.Abs(Start(near) - Start(first)), 1, 120));
        Assert.All(nearby, near => Assert.Equal(["source_key", "title", "start", "watch_url"], near.Names()));
    }

    [Fact]
    public async Task The_same_words_in_another_recording_are_told_as_a_duplicate()
    {
        var hit = Assert.Single(TalksApp.Hits(await app.FindAsync("oatmeal company of Riverton", "&mode=keyword")));
        var same = Assert.Single(hit.GetProperty("duplicates").EnumerateArray());

        Assert.Equal(["Listeners write", "Stones and salt"], new[] { hit, same }.Select(h => h.GetProperty("title").GetString()!).Order());
        Assert.Contains("?t=", same.GetProperty("watch_url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_come_by_day_where_that_is_asked_for()
    {
        const string Question = "kidneys water arteries walk potatoes cramps";
        var newest = TalksApp.Titles(await app.FindAsync(Question, "&sort=newest")).ToArray();
        var oldest = TalksApp.Titles(await app.FindAsync(Question, "&sort=oldest")).ToArray();

        Assert.Equal(("Magnesium", "Stones and salt"), (newest[0], newest[^1]));
        Assert.Equal(newest.Reverse(), oldest);
    }

    [Fact]
    public async Task Facets_count_every_result_and_not_only_the_page()
    {
        var found = await app.FindAsync("kidneys water arteries walk potatoes cramps", "&facets=true&take=1");
        var facets = found.GetProperty("facets");

        Assert.Equal(["channels", "speakers", "years"], facets.Names());
        foreach (var kind in facets.EnumerateObject())
            Assert.Equal(found.GetProperty("total").GetInt32(), kind.Value.EnumerateArray().Sum(value => value.GetProperty("count").GetInt32()));
        foreach (var channel in facets.GetProperty("channels").EnumerateArray())
        {
            var narrowed = await app.FindAsync("kidneys water arteries walk potatoes cramps", $"&channel={Uri.EscapeDataString(channel.GetProperty("value").GetString()!)}");
            Assert.Equal(channel.GetProperty("count").GetInt32(), narrowed.GetProperty("total").GetInt32());
        }

        Assert.Equal(JsonValueKind.Null, (await app.FindAsync("kidneys")).GetProperty("facets").ValueKind);
    }

    [Fact]
    public async Task A_passage_with_the_words_of_the_question_is_exact_and_one_near_to_it_is_related()
    {
        var found = TalksApp.Hits(await app.FindAsync("boil potatoes twice")).ToDictionary(
            hit => hit.GetProperty("text").GetString()!, hit => hit.GetProperty("match").GetString());

        Assert.Equal("exact", Assert.Single(found, hit => hit.Key.StartsWith("Boil potatoes", StringComparison.Ordinal)).Value);
        Assert.All(found.Where(hit => !hit.Key.Contains("potatoes", StringComparison.Ordinal)), hit => Assert.Equal("related", hit.Value));
    }

    [Fact]
    public async Task The_recording_that_is_named_so_comes_before_one_that_mentions_it_as_much()
    {
        var titles = TalksApp.Titles(await app.FindAsync("magnesium against cramps"));

        Assert.Equal("Magnesium", titles.First());
    }

    private static double Start(JsonElement hit) => hit.GetProperty("start").GetDouble();
}
