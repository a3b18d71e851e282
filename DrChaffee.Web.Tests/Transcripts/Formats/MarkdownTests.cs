using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class MarkdownTests
{
    [Fact]
    public void Stamps_time_the_words_between_them()
    {
        const string text = """
            **Ann Lee:** \[00:10\] One two three four.

            **Bob:** \[00:00:14.50\] Five six [seven](https://example.com) \[laughs\] *eight*.

            Nine ten.

            **Ann Lee:** \[\\00:00:20.00\\\] Eleven.
            """;

        var lines = Markdown(text);

        Assert.Equal(["One two three four.", "Five six seven [laughs] eight.", "Nine ten.", "Eleven."], lines.Select(line => line.Text));
        Assert.Equal(["Ann Lee", "Bob", "Bob", "Ann Lee"], lines.Select(line => line.Speaker));
        Assert.Equal([At(10), At(14.5), At(18.429), At(20)], lines.Select(line => line.Start));
        Assert.Equal([false, true, true, true], lines.Select(line => line.Estimated));
    }

    [Fact]
    public void Nobody_speaks_in_a_break()
    {
        const string text = "**Ann:** One two three four five.\n\n**Break:** \\[00:04\\] to \\[01:30\\]\n\n**Ann:** Six.\n\n**Jingle:** La la.\n";

        var lines = Markdown(text);

        Assert.Equal([("Ann", "One two three four five."), ("Ann", "Six."), (null, "La la.")], lines.Select(line => (line.Speaker, line.Text)));
        Assert.Equal((At(0), At(4), At(90)), (lines[0].Start, lines[0].End, lines[1].Start));
    }

    [Fact]
    public void A_stamp_beside_words_in_brackets_counts_and_the_words_stay()
    {
        const string text = "**Ann:** He met \\[unintelligible 00:00:02.00\\] there. Then he left.";

        var lines = Markdown(text);

        Assert.Equal("He met [unintelligible] there. Then he left.", Assert.Single(lines).Text);
    }

    [Fact]
    public void A_mistyped_stamp_is_ignored()
    {
        const string text = "**A:** \\[00:05\\] one one.\n\n**B:** \\[50:10\\] two two.\n\n**A:** \\[00:15\\] three three.\n\n**B:** \\[00:20\\] four four.\n\n**B:** \\[00:12\\] six six.\n\n**A:** \\[00:25\\] five five.";

        var lines = Markdown(text);

        Assert.Equal([At(5), At(15), At(25)], lines.Where(line => line.Speaker == "A").Select(line => line.Start));
        Assert.InRange(lines[1].Start, At(5), At(15));
    }

    [Fact]
    public void Without_stamps_the_words_alone_tell_the_time()
    {
        var sentence = "This is a sentence of nine words in all. ";

        var lines = Markdown($"# The talk\n\n{string.Concat(Enumerable.Repeat(sentence, 30))}");

        Assert.All(lines, line => Assert.True(line.Estimated));
        Assert.Equal(TimeSpan.Zero, lines[0].Start);
        Assert.Equal(At(100), lines[^1].End);
        Assert.All(lines, line => Assert.InRange(WordsOf([line]).Length, 15, 60));
    }

    [Fact]
    public void A_yaml_header_gives_the_facts()
    {
        const string text = "---\ntitle: 'The talk: part 1'\nmedia: https://www.youtube.com/watch?v=dQw4w9WgXcQ\ndate: 2024-08-29\nspeakers: ['A', 'B']\n---\n\n## Intro\nSpeaker 0: 00:00:01\n\nHello there.\nHow are you?\n\nBob – 00:00:03:\n\nFine.\n\n**Ann:** 00:00:05\n\nGood. It is 10:30\n";

        var document = Of("talk.md", text);

        Assert.Equal(("The talk: part 1", new DateOnly(2024, 8, 29), "https://www.youtube.com/watch?v=dQw4w9WgXcQ"), (document.Title, document.PublishedOn, document.Url?.OriginalString));
        Assert.Equal([("Speaker 0", "Hello there. How are you?", At(1), false), ("Bob", "Fine.", At(3), false), ("Ann", "Good. It is 10:30", At(5), true)],
            document.Lines.Select(line => (line.Speaker!, line.Text, line.Start, line.Estimated)));
    }

    [Theory]
    [InlineData("Ann Lee: 00:00:15", "Ann Lee")]
    [InlineData("Ann Lee:00:00:15", "Ann Lee")]
    [InlineData("Ann Lee 00:00:15: ", "Ann Lee")]
    [InlineData("Ann Lee – 00:00:15:", "Ann Lee")]
    [InlineData("Ann Lee: 00.00:15", "Ann Lee")]
    [InlineData("Speaker 12: 00:00:15", "Speaker 12")]
    [InlineData("0xB10C : 00:00:15", "0xB10C")]
    [InlineData("**Ann Lee:** 00:00:15", "Ann Lee")]
    [InlineData("**Ann Lee::** 00:00:15", "Ann Lee")]
    [InlineData("**Ann Lee** 00:00:15", "Ann Lee")]
    [InlineData("**Ann Lee**: \\[00:15\\]", "Ann Lee")]
    [InlineData("**Ann Lee:** [00:00:15:00]", "Ann Lee")]
    public void A_name_beside_a_stamp_is_the_speaker(string heading, string speaker)
    {
        var line = Assert.Single(Markdown($"{heading}\n\nHello there.\n"));

        Assert.Equal((speaker, "Hello there.", At(15)), (line.Speaker!, line.Text, line.Start));
    }

    [Fact]
    public void Turns_on_lines_without_a_blank_between_are_apart()
    {
        const string text = "Anna: How should shoes fit?\nBen: With a thumb's width\nat the toes.\nAnna: Good.\n\n[00:30] **Anna:** And running?\n\n[00:40] Ben: The same.\n";

        var lines = Markdown(text);

        Assert.Equal([("Anna", "How should shoes fit?"), ("Ben", "With a thumb's width at the toes."), ("Anna", "Good."), ("Anna", "And running?"), ("Ben", "The same.")],
            lines.Select(line => (line.Speaker!, line.Text)));
        Assert.Equal([At(30), At(40)], lines.Skip(3).Select(line => line.Start));
    }

    [Fact]
    public void A_remark_with_a_colon_inside_a_paragraph_stays_with_its_speaker()
    {
        const string text = "Anna: One thing matters\nmost of all.\nShoes: buy them late in the day.\n\nAnna: Yes.\n";

        var lines = Markdown(text);

        Assert.All(lines, line => Assert.Equal("Anna", line.Speaker));
        Assert.Contains(lines, line => line.Text.Contains("Shoes:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broken_header_costs_the_facts_and_not_the_talk()
    {
        const string text = "---\ntitle: [unclosed\n---\n\nWords.\n";

        var document = Of("talk.md", text);

        Assert.Null(document.Title);
        Assert.Equal("Words.", Assert.Single(document.Lines).Text);
    }

    [Fact]
    public void A_line_never_ends_inside_a_sentence()
    {
        const string text = "**Ann:** I went to see Dr. Smith, who said, e.g., that the U.S. diet of approx. 3.5 meals... and so on, was fine. He meant it! \"Really?\" Yes.";

        var lines = Markdown(text);

        Assert.Equal(["I went to see Dr. Smith, who said, e.g., that the U.S. diet of approx. 3.5 meals... and so on, was fine.", "He meant it! \"Really?\" Yes."], lines.Select(line => line.Text));
    }
}
