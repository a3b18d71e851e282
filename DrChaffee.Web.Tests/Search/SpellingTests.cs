using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Search;

[Collection<OnTheTalks>]
public sealed class SpellingTests(TalksApp app)
{
    [Theory]
    [InlineData("kidny stones", "kidney stones")]
    [InlineData("kidny year:2021 stonse", "kidney year:2021 stones")]
    [InlineData("\"kidny stones\"", "\"kidney stones\"")]
    [InlineData("potasium -salt", "potassium -salt")]
    public async Task A_slip_of_the_finger_is_put_right_and_told(string question, string meant)
    {
        var found = await app.FindAsync(question);
        using var client = app.Client();
        var page = await client.GetStringAsync($"/?q={Uri.EscapeDataString(question)}", TestContext.Current.CancellationToken);

        Assert.Equal(meant, found.GetProperty("did_you_mean").GetString());
        Assert.Contains($"/?q={Uri.EscapeDataString(meant)}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_meant_is_found_at_once()
    {
        var found = await app.FindAsync("kidny stonse", "&mode=keyword");

        Assert.Equal("Stones and salt", TalksApp.Titles(found).First());
    }

    [Theory]
    [InlineData("kidney stones")]
    [InlineData("Kidneys")]
    [InlineData("xqzwv")]
    [InlineData("\"kidney stones\" speaker:An")]
    public async Task A_word_that_is_said_or_resembles_none_is_left_alone(string question)
    {
        Assert.Null((await app.FindAsync(question)).GetProperty("did_you_mean").GetString());
    }

    [Theory]
    [InlineData("kidn", "kidney", "word")]
    [InlineData("why do kidn", "why do kidney", "word")]
    [InlineData("Ann", "Ann", "speaker")]
    [InlineData("brisk wal", "A brisk walk", "title")]
    public async Task Typing_is_completed_by_words_speakers_and_titles(string typed, string text, string kind)
    {
        using var client = app.Client();
        var found = await client.JsonAsync($"/api/suggestions?q={Uri.EscapeDataString(typed)}");

        Assert.Equal(["total", "items"], found.Names());
        Assert.Equal(found.GetProperty("items").GetArrayLength(), found.GetProperty("total").GetInt32());
        Assert.Contains((text, kind), found.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("text").GetString()!, item.GetProperty("kind").GetString()!)));
    }

    [Theory]
    [InlineData("kidn", true)]
    [InlineData("why do kid", true)]
    [InlineData("\"kid", true)]
    [InlineData("kidney", false)] // "kidneys" is another form of it
    [InlineData("ki", false)]
    [InlineData("xqz", false)]
    public async Task Half_a_word_is_completed_only_while_it_is_typed(string typed, bool completed)
    {
        using var client = app.Client();
        var unfinished = await client.GetStringAsync($"/?q={Uri.EscapeDataString(typed)}&unfinished=true", TestContext.Current.CancellationToken);
        var literal = await client.GetStringAsync($"/?q={Uri.EscapeDataString(typed)}", TestContext.Current.CancellationToken);

        Assert.Equal(completed, unfinished.Contains("data-completed", StringComparison.Ordinal));
        Assert.DoesNotContain("data-completed", literal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=k")]
    [InlineData("?q=%25%25%25")]
    public async Task Too_little_to_go_by_completes_nothing(string query)
    {
        using var client = app.Client();

        Assert.Equal(0, (await client.JsonAsync($"/api/suggestions{query}")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task As_many_suggestions_come_as_are_asked_for()
    {
        using var client = app.Client();

        Assert.Equal(1, (await client.JsonAsync("/api/suggestions?q=po&take=1")).GetProperty("total").GetInt32());
        Assert.Equal("take is '0'; write a whole number from 1 to 20.", await client.ProblemAsync("/api/suggestions?q=po&take=0", HttpStatusCode.BadRequest));
    }
}
