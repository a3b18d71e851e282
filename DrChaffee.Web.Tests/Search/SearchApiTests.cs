using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Search;

[Collection<OnTheApp>]
public sealed class SearchApiTests(ChaffeeApp app)
{
    [Fact]
    public async Task A_question_is_answered_with_passages_under_the_names_of_the_contract()
    {
        using var client = app.Client();
        var found = await client.JsonAsync($"/api/search?q={Uri.EscapeDataString(ChaffeeApp.SaltQuestion)}");
        var first = found.GetProperty("results")[0];

        Assert.Equal(["query", "mode", "total", "took_ms", "legs", "results", "did_you_mean", "ignored", "facets"], found.Names());
        Assert.Equal("hybrid", found.GetProperty("mode").GetString());
        Assert.Equal(["name", "state", "took_ms", "hits", "reason"], found.GetProperty("legs")[0].Names());
        Assert.Equal(["source_key", "title", "published_at", "speaker", "start", "end", "text", "highlights", "score", "url", "watch_url", "match", "reply", "nearby", "duplicates"], first.Names());
        Assert.Contains("salt", first.GetProperty("source_key").GetString(), StringComparison.Ordinal);
        Assert.StartsWith($"/watch/{first.GetProperty("source_key").GetString()}?t=", first.GetProperty("watch_url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Highlights_are_ranges_of_the_text()
    {
        using var client = app.Client();
        var first = (await client.JsonAsync("/api/search?q=salt&mode=keyword")).GetProperty("results")[0];
        var text = first.GetProperty("text").GetString()!;

        Assert.All(first.GetProperty("highlights").EnumerateArray(), range =>
            Assert.Equal("salt", text[range[0].GetInt32()..range[1].GetInt32()], ignoreCase: true));
    }

    [Theory]
    [InlineData("/api/search", "q is missing; write what to look for.")]
    [InlineData("/api/search?q=%20", "q is missing; write what to look for.")]
    [InlineData("/api/search?q=x&mode=best", "mode is 'best'; write hybrid, semantic or keyword.")]
    [InlineData("/api/search?q=x&mode=0", "mode is '0'; write hybrid, semantic or keyword.")]
    [InlineData("/api/search?q=x&take=0", "take is '0'; write a whole number from 1 to 100.")]
    [InlineData("/api/search?q=x&take=many", "take is 'many'; write a whole number from 1 to 100.")]
    [InlineData("/api/search?q=x&skip=-1", "skip is '-1'; write a whole number from 0 to 1000000.")]
    [InlineData("/api/search?q=x&from=yesterday", "from is 'yesterday'; write a day as 2024-12-31.")]
    [InlineData("/api/search?q=x&from=2024-02-02&to=2024-01-01", "from is later than to; write the earlier day first.")]
    public async Task A_parameter_that_cannot_be_used_is_named_in_one_sentence(string address, string sentence)
    {
        using var client = app.Client();

        Assert.Equal(sentence, await client.ProblemAsync(address, HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_recording_that_is_not_there_is_a_problem_that_names_it()
    {
        using var client = app.Client();

        Assert.Equal("No recording has the key no-such-key.", await client.ProblemAsync("/api/search?q=salt&source=no-such-key", HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_question_that_is_too_long_is_told_by_the_page_as_by_the_interface()
    {
        using var client = app.Client();
        var question = new string('x', 10_001);
        var sentence = await client.ProblemAsync($"/api/search?q={question}", HttpStatusCode.BadRequest);
        var page = await client.GetStringAsync($"/?q={question}", TestContext.Current.CancellationToken);

        Assert.Equal("q is 10001 characters long; write at most 10000.", sentence);
        Assert.Contains(sentence, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_paged_by_take_and_skip()
    {
        using var client = app.Client();
        var both = (await client.JsonAsync("/api/search?q=doctor+walk+salt&take=2")).GetProperty("results");
        var second = (await client.JsonAsync("/api/search?q=doctor+walk+salt&take=1&skip=1")).GetProperty("results");

        Assert.Equal(both[1].GetProperty("watch_url").GetString(), Assert.Single(second.EnumerateArray()).GetProperty("watch_url").GetString());
    }
}
