using DrChaffee.Domain.Transcripts.Formats;
using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class SrtTests
{
    [Fact]
    public void A_cue_over_two_rows_is_one_line()
    {
        const string text = "1\n00:00:03,450 --> 00:00:04,410\nHey, this is\nthe first.\n\n2\n00:00:05,000 --> 00:00:06,000\nAnd the second.\n";

        var lines = Srt(text);

        Assert.Equal([(At(3.45), At(4.41), "Hey, this is the first."), (At(5), At(6), "And the second.")], lines.Select(line => (line.Start, line.End, line.Text)));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Any_line_ending_will_do(string ending)
    {
        var text = string.Join(ending, "1", "00:00:01,000 --> 00:00:02,000", "One.", "", "2", "00:00:03,000 --> 00:00:04,000", "Two.", "");

        var lines = Srt(text);

        Assert.Equal(["One.", "Two."], lines.Select(line => line.Text));
    }

    [Theory]
    [InlineData("100:00:01,5 --> 100:00:02,75", 360_001.5, 360_002.75)]
    [InlineData("00:00:01.500 --> 00:00:02.750 X1:10 X2:20", 1.5, 2.75)]
    [InlineData("00:01 --> 00:02", 1, 2)]
    [InlineData("0:00:01,500-->0:00:02,750", 1.5, 2.75)]
    public void Times_are_read_however_they_are_written(string timing, double start, double end)
    {
        var text = $"1\n{timing}\nWords.\n";

        var line = Assert.Single(Srt(text));

        Assert.Equal((At(start), At(end)), (line.Start, line.End));
    }

    [Fact]
    public void Missing_indices_and_blank_lines_cost_nothing()
    {
        const string text = "00:00:01,000 --> 00:00:02,000\nOne.\n2\n00:00:03,000 --> 00:00:04,000\nThe answer is\n42\n00:00:05,000 --> 00:00:06,000\nThree.";

        var lines = Srt(text);

        Assert.Equal(["One.", "The answer is 42", "Three."], lines.Select(line => line.Text));
    }

    [Fact]
    public void Cues_out_of_order_are_sorted_and_overlaps_end_where_the_next_begins()
    {
        const string text = "1\n00:00:05,000 --> 00:00:09,000\nSecond.\n\n2\n00:00:01,000 --> 00:00:06,000\nFirst.\n\n3\n00:00:08,000 --> 00:00:07,000\nBackwards.\n";

        var lines = Srt(text);

        Assert.Equal([(At(1), At(5), "First."), (At(5), At(8), "Second.")], lines.Take(2).Select(line => (line.Start, line.End, line.Text)));
        Assert.True(lines[2].Estimated && lines[2].End > At(8));
    }

    [Fact]
    public void Cues_that_start_together_share_the_time()
    {
        const string text = "1\n00:00:01,000 --> 00:00:05,000\nThree short words.\n\n2\n00:00:01,000 --> 00:00:03,000\nYes.\n";

        var lines = Srt(text);

        Assert.Equal([(At(1), At(4)), (At(4), At(5))], lines.Select(line => (line.Start, line.End)));
    }

    [Fact]
    public void Markup_and_entities_are_taken_off()
    {
        const string text = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>Salt</i> &amp; <font color=\"#fff\">pepper</font>,&nbsp;a < b\n";

        var lines = Srt(text);

        Assert.Equal("Salt & pepper, a < b", Assert.Single(lines).Text);
    }

    [Fact]
    public void A_cue_that_only_names_a_sound_is_dropped()
    {
        const string text = "1\n00:00:01,000 --> 00:00:02,000\n[Music]\n\n2\n00:00:02,000 --> 00:00:03,000\n(laughter)\n\n3\n00:00:03,000 --> 00:00:04,000\nWell [laughs] yes.\n\n4\n00:00:05,000 --> 00:00:06,000\n♪♪\n";

        var lines = Srt(text);

        Assert.Equal(["Well [laughs] yes."], lines.Select(line => line.Text));
    }

    [Fact]
    public void A_file_without_times_is_refused_with_the_line_that_looks_wrong()
    {
        const string text = "1\n00:00:xx,000 --> soon\nWords.\n";

        var fault = Assert.Throws<TranscriptFormatException>(() => Srt(text));

        Assert.Equal(2, fault.LineNumber);
        Assert.StartsWith("Line 2 of talk.srt is not a caption time", fault.Message, StringComparison.Ordinal);
    }
}
