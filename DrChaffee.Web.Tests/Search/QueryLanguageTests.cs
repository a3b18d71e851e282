using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Search;

[Collection<OnTheTalks>]
public sealed class QueryLanguageTests(TalksApp app)
{
    [Theory]
    [InlineData("\"kidney stones\"")]
    [InlineData("“kidney stones”")]
    [InlineData("water \"kidney stone\"")]
    public async Task A_phrase_is_found_word_by_word(string question)
    {
        var found = await app.FindAsync(question);

        Assert.Equal(["Stones and salt"], TalksApp.Titles(found));
        Assert.All(Texts(found), text => Assert.Contains("kidney stones", text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_phrase_that_nobody_says_in_this_order_is_not_found()
    {
        Assert.Empty(TalksApp.Hits(await app.FindAsync("\"stones kidney\"")));
    }

    [Theory]
    [InlineData("arteries -walk", "Sleep and the heart")]
    [InlineData("arteries -\"brisk walk\"", "Sleep and the heart")]
    [InlineData("arteries -sleeping", "A brisk walk")]
    public async Task What_is_excluded_is_in_no_result(string question, string title)
    {
        var found = await app.FindAsync(question, "&mode=keyword");

        Assert.Equal([title], TalksApp.Titles(found));
    }

    [Theory]
    [InlineData("speaker:ann", "Stones and salt", "Listeners write", "A brisk walk")]
    [InlineData("speaker:\"Ann\"", "Stones and salt", "Listeners write", "A brisk walk")]
    [InlineData("channel:\"heart hour\"", "A brisk walk", "Sleep and the heart", "Magnesium")]
    [InlineData("title:salt", "Stones and salt")]
    [InlineData("TITLE:salt", "Stones and salt")]
    [InlineData("year:2022", "Potassium at night")]
    [InlineData("from:2023-02", "Listeners write", "Magnesium")]
    [InlineData("to:2021-03-05", "Stones and salt")]
    [InlineData("from:2021-11 to:2022", "A brisk walk", "Potassium at night")]
    [InlineData("year:2021 channel:\"Heart Hour\" speaker:Ann", "A brisk walk")]
    public async Task An_operator_narrows_both_legs(string operators, params string[] titles)
    {
        var found = await app.FindAsync($"{operators} kidney water arteries walk potatoes cramps");

        Assert.Empty(TalksApp.Titles(found).Except(titles));
        Assert.Equal(titles[0], Assert.Single(TalksApp.Titles(found), title => title == titles[0]));
        Assert.Empty(found.GetProperty("ignored").EnumerateArray());
    }

    [Theory]
    [InlineData("kidney \"to be or not to be\"", "“to be or not to be” holds only words that every talk is full of, so it was passed over.")]
    [InlineData("kidney -the", "“the” holds only words that every talk is full of, so it was passed over.")]
    public async Task A_phrase_of_stop_words_alone_is_passed_over_and_told(string question, string sentence)
    {
        var found = await app.FindAsync(question);

        Assert.Equal([sentence], found.GetProperty("ignored").EnumerateArray().Select(s => s.GetString()));
        Assert.NotEmpty(TalksApp.Hits(found));
    }

    [Theory]
    [InlineData("\"kidney stones")]
    [InlineData("kidney stones -")]
    [InlineData("kidney stones title:")]
    [InlineData("title: kidney stones")]
    [InlineData("kidney stones \"\"")]
    [InlineData("kidney - stones -- -\"")]
    [InlineData("kidney stones author:nobody")]
    public async Task What_is_half_written_is_searched_as_text(string question)
    {
        var found = await app.FindAsync(question);

        Assert.Equal("Stones and salt", TalksApp.Titles(found).First());
        Assert.Empty(found.GetProperty("ignored").EnumerateArray());
    }

    [Theory]
    [InlineData("from:yesterday", "from:yesterday was ignored; write a day, a month or a year, as from:2023-05-01, from:2023-05 or from:2023.")]
    [InlineData("year:21", "year:21 was ignored; write a year as year:2023.")]
    [InlineData("-title:salt", "-title:salt was ignored; only words and phrases can be excluded.")]
    [InlineData("title:salt title:night", "title:night was ignored; title: can be used once.")]
    public async Task What_cannot_be_used_is_told_in_a_sentence_and_the_rest_is_searched(string part, string sentence)
    {
        var found = await app.FindAsync($"kidney stones {part}");
        using var client = app.Client();
        var page = await client.GetStringAsync($"/?q={Uri.EscapeDataString($"kidney stones {part}")}", TestContext.Current.CancellationToken);

        Assert.Equal([sentence], found.GetProperty("ignored").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal("Stones and salt", TalksApp.Titles(found).First());
        Assert.Contains(sentence, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"stones kidney\"", "search for stones kidney without the quotes")]
    [InlineData("kidney title:nothing -sugar", "search for kidney alone")]
    public async Task Where_nothing_is_found_the_words_alone_are_offered(string question, string offer)
    {
        using var client = app.Client();

        Assert.Contains(offer, await client.GetStringAsync($"/?q={Uri.EscapeDataString(question)}", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pasted_page_of_exclusions_and_phrases_is_used_in_part_and_told()
    {
        var found = await app.FindAsync($"kidney stones {string.Join(' ', Enumerable.Range(0, 400).Select(i => $"-word{i} \"kidney stones\""))}");

        Assert.Equal(["Only the first 16 phrases were used.", "Only the first 16 exclusions were used."], found.GetProperty("ignored").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal("Stones and salt", TalksApp.Titles(found).First());
    }

    private static IEnumerable<string> Texts(JsonElement found) => TalksApp.Hits(found).Select(hit => hit.GetProperty("text").GetString()!);
}
