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

    [Theory]
    [InlineData("boil potatoes twice", "Boil potatoes twice, and")]
    [InlineData("how long do I need to boil potatoes", "Boil potatoes twice, and")] // "long" and "need" only ask
    [InlineData("kidney stones people", "People who drink")]
    [InlineData("kidney stones potassium")] // half of it, whatever it weighs, is not it
    [InlineData("potatoes xqzwv")]
    [InlineData("\"kidney stones\" potassium", "Kidney stones hurt", "Much later")]
    public async Task A_passage_is_exact_where_it_holds_every_telling_word_or_the_quoted_phrase(string question, params string[] exact)
    {
        var held = TalksApp.Hits(await app.FindAsync(question, "&mode=keyword")).Where(hit => hit.GetProperty("match").GetString() == "exact").Select(hit => hit.GetProperty("text").GetString()!).ToArray();

        Assert.Equal(exact.Order(StringComparer.Ordinal), held.Select(text => exact.FirstOrDefault(start => text.StartsWith(start, StringComparison.Ordinal)) ?? text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_recording_that_is_named_so_comes_before_one_that_mentions_it_as_much()
    {
        var titles = TalksApp.Titles(await app.FindAsync("magnesium against cramps"));

        Assert.Equal("Magnesium", titles.First());
    }

    private static double Start(JsonElement hit) => hit.GetProperty("start").GetDouble();
}
