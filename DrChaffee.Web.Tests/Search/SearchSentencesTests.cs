using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Search;

/// <summary>What the page says about a search, beside what it found.</summary>
[Collection<OnTheTalks>]
public sealed class SearchSentencesTests(TalksApp app)
{
    [Theory]
    [InlineData("kid", "&unfinished=true&year=1999", "Nothing was found, “kid” read as “kidney")]
    [InlineData("kidny stonse", "", "Showing results for <a")]
    [InlineData("\"kidny stonse\"", "", "Did you mean <a")]
    [InlineData("why", "", "The question holds no word that can be looked up")]
    [InlineData("who are you", "&year=2021", "The question holds no word that can be looked up")]
    [InlineData("-kidney", "", "add a word to look for.")]
    [InlineData("\"stones of salt\"", "", "No passage holds the phrase as it stands. Ask more loosely:")]
    [InlineData("\"stones of salt\"", "", "Looked for \"stones of salt\".")]
    [InlineData("\"stones of salt\"", "", "search for stones of salt without the quotes")]
    [InlineData("\"stones of salt\" water", "", "Nothing fits all of it. Ask for less:")]
    [InlineData("kidney", "&year=1999", "kidney</q>, published in 1999.")]
    public async Task It_says(string question, string more, string sentence) => Assert.Contains(sentence, await PageAsync(question, more), StringComparison.Ordinal);

    [Theory]
    [InlineData("why", "Try fewer")]
    [InlineData("who are you", "Ask for less")]
    [InlineData("\"stones of salt\"", "Ask for less")]
    [InlineData("\"stones of salt\"", "Try fewer")]
    [InlineData("kidny stonse", "Did you mean")]
    public async Task It_does_not_say(string question, string sentence) => Assert.DoesNotContain(sentence, await PageAsync(question), StringComparison.Ordinal);

    [Fact]
    public async Task A_word_after_a_quote_is_completed_too()
    {
        using var client = app.Client();
        var items = (await client.JsonAsync("/api/suggestions?q=water+%22kidn")).GetProperty("items").EnumerateArray();

        Assert.Equal(["water \"kidney", "water \"kidneys"], items.Select(item => item.GetProperty("text").GetString()));
    }

    private async Task<string> PageAsync(string question, string more = "")
    {
        using var client = app.Client();
        return WebUtility.HtmlDecode(await client.GetStringAsync($"/?q={Uri.EscapeDataString(question)}{more}", TestContext.Current.CancellationToken));
    }
}
