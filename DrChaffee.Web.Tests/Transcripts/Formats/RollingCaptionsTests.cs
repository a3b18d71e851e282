using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class RollingCaptionsTests
{
    private const string Rolling = """
        WEBVTT
        Kind: captions
        Language: en

        00:00:00.000 --> 00:00:02.500 align:start position:0%
         
        so<00:00:00.500><c> today</c><00:00:01.000><c> we</c><00:00:01.500><c> talk</c>

        00:00:02.500 --> 00:00:02.510 align:start position:0%
        so today we talk
         

        00:00:02.510 --> 00:00:05.000 align:start position:0%
        so today we talk
        about<00:00:03.000><c> salt</c>

        00:00:05.000 --> 00:00:05.010 align:start position:0%
        about salt
         

        00:00:05.010 --> 00:00:07.000 align:start position:0%
        about salt
        and<00:00:06.000><c> water</c>
        """;

    [Fact]
    public void Rolling_captions_say_each_phrase_once()
    {
        var lines = Vtt(Rolling);

        Assert.Equal([(At(0), At(2.5), "so today we talk"), (At(2.51), At(5), "about salt"), (At(5.01), At(7), "and water")],
            lines.Select(line => (line.Start, line.End, line.Text)));
    }

    [Fact]
    public void Time_tags_time_each_word()
    {
        var lines = Vtt(Rolling);

        Assert.Equal([At(0), At(0.5), At(1), At(1.5)], lines[0].Words!.Select(word => word.Start));
        Assert.Equal(At(2.5), lines[0].Words![^1].End);
    }

    [Fact]
    public void What_a_person_says_twice_stays_twice()
    {
        const string text = "1\n00:00:01,000 --> 00:00:02,000\nYes.\n\n2\n00:00:02,000 --> 00:00:03,000\nYes.\n\n3\n00:00:03,000 --> 00:00:04,000\nYes.\n";

        var lines = Srt(text);

        Assert.Equal(3, lines.Count);
    }
}
