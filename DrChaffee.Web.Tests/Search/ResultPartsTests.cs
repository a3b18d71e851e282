using Bunit;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Search;

namespace DrChaffee.Web.Tests.Search;

public sealed class ResultPartsTests
{
    [Fact]
    public async Task Matched_words_are_marked_and_the_rest_is_text()
    {
        await using var context = new BunitContext();
        var marked = context.Render<MarkedText>(p => p.Add(m => m.Text, "a <b>salty</b> sea").Add(m => m.Ranges, [[5, 10], [15, 18]]));

        marked.MarkupMatches("a &lt;b&gt;<mark>salty</mark>&lt;/b&gt; <mark>sea</mark>");
    }

    [Theory]
    [InlineData("abc", 2, 9, "ab|c*")]
    [InlineData("abc", 5, 9, "abc")]
    [InlineData("abc", 0, 3, "abc*")]
    public void Ranges_outside_the_text_do_no_harm(string text, int from, int to, string pieces)
    {
        var actual = string.Join('|', MarkedText.Pieces(text, [[from, to], [from, to]]).Select(p => p.Text + (p.Marked ? "*" : "")));

        Assert.Equal(pieces, actual);
    }

    [Fact]
    public void Recordings_come_in_the_order_of_their_best_passage()
    {
        var groups = RecordingHits.Group([Hit("b", "Ann"), Hit("a", "Bob"), Hit("b", "Cy")]);

        Assert.Equal(["b", "a"], groups.Select(g => g.SourceKey));
        Assert.Equal([2, 1], groups.Select(g => g.Hits.Count));
        Assert.Equal([null, "Bob"], groups.Select(g => g.OnlySpeaker));
    }

    [Fact]
    public void A_missing_leg_is_named_with_its_reason()
    {
        LegReport words = new(LegReport.Words, LegState.Ok, 1, 5);
        LegReport meaning = new(LegReport.Meaning, LegState.Failed, 1, 0, "the search by meaning failed");

        Assert.Equal("Words only: the search by meaning failed.", LegsSentence.For([words, meaning]));
        Assert.Equal("Meaning only: the search by words is still loading.", LegsSentence.For([words with { State = LegState.Loading }, meaning with { State = LegState.Ok, Reason = null }]));
        Assert.Null(LegsSentence.For([words, meaning with { State = LegState.Ok, Reason = null }]));
        Assert.Equal("Meaning in part: 82 % of the passages are embedded.", LegsSentence.For([words, meaning with { State = LegState.Ok, Reason = "82 % of the passages are embedded" }]));
        Assert.Null(LegsSentence.For([words with { State = LegState.Skipped }, meaning with { State = LegState.Skipped }]));
    }

    [Fact]
    public void Titles_stand_in_for_example_questions()
    {
        Assert.Equal(["Why does salt raise blood pressure?", "03 salt and blood pressure", "Other"], ExampleQuestions.Choose(["03 salt and blood pressure", "Other"]));
        Assert.Equal(["One", "Two", "Three"], ExampleQuestions.Choose(["One", "3 2", "Two", "Three", "Four"]));
    }

    private static SearchHit Hit(string key, string speaker) => new(key, key, null, speaker, 1, 2, "text", [], 1, null, $"/watch/{key}?t=1");
}
