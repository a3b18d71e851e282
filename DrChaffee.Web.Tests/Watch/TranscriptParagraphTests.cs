using DrChaffee.Domain.Library;
using DrChaffee.Web.Features.Watch;

namespace DrChaffee.Web.Tests.Watch;

public sealed class TranscriptParagraphTests
{
    [Fact]
    public void Another_speaker_opens_a_paragraph_and_a_turn()
    {
        var paragraphs = TranscriptParagraph.From([Line(0, "Ann"), Line(1, "Ann"), Line(2, "Bob"), Line(3, "Ann")]);

        Assert.Equal([2, 1, 1], paragraphs.Select(p => p.Lines.Count));
        Assert.All(paragraphs, p => Assert.True(p.OpensTurn));
    }

    [Fact]
    public void A_long_speech_is_cut_at_the_end_of_a_sentence_without_a_new_turn()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 40));
        var paragraphs = TranscriptParagraph.From([Line(0, "Ann", text), Line(1, "Ann", text), Line(2, "Ann", $"{text}."), Line(3, "Ann")]);

        Assert.Equal([3, 1], paragraphs.Select(p => p.Lines.Count));
        Assert.Equal([true, false], paragraphs.Select(p => p.OpensTurn));
    }

    [Fact]
    public void A_long_pause_is_a_new_paragraph()
    {
        var paragraphs = TranscriptParagraph.From([Line(0, null), Line(10, null)]);

        Assert.Equal(2, paragraphs.Count);
    }

    [Fact]
    public void No_line_is_lost()
    {
        var lines = Enumerable.Range(0, 500).Select(i => Line(i, i % 7 == 0 ? "Ann" : "Bob", $"line {i}.")).ToList();

        Assert.Equal(lines, TranscriptParagraph.From(lines).SelectMany(p => p.Lines));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2.4)]
    [InlineData(3, 2.4)]
    [InlineData(99, 5)]
    public void A_second_means_the_line_that_begins_in_it_or_is_being_spoken(double second, double start)
    {
        TranscriptSegment[] lines = [Line(0, null), Line(2.4, null), Line(5, null)];

        Assert.Equal(start, TranscriptParagraph.At(lines, second)!.Start);
    }

    private static TranscriptSegment Line(double start, string? speaker, string text = "words") => new((int)(start * 10), start, start + 1, speaker, text, false, null, null);
}
