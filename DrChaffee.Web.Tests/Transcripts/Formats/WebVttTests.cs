using DrChaffee.Domain.Transcripts.Formats;
using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class WebVttTests
{
    [Fact]
    public void Notes_styles_regions_and_names_of_cues_are_not_spoken()
    {
        const string text = "WEBVTT - A talk\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\nNOTE\nNobody says this.\n\nintro\n00:01.000 --> 00:02.000 line:0 align:start\nSpoken.\n\n1\n00:03.000 --> 00:04.000\nSpoken too.\n\nNOTE nor this\n";

        var lines = Vtt(text);

        Assert.Equal(["Spoken.", "Spoken too."], lines.Select(line => line.Text));
    }

    [Fact]
    public void Voices_are_speakers()
    {
        const string text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Ann  Lee>Hello.</v>\n\n00:02.000 --> 00:04.000\n<v Ann Lee>Are you there?\n<v Bob &amp; Co>I am here.\n\n00:05.000 --> 00:06.000\nNobody's words.\n";

        var lines = Vtt(text);

        Assert.Equal([("Ann Lee", "Hello."), ("Ann Lee", "Are you there?"), ("Bob & Co", "I am here."), (null, "Nobody's words.")], lines.Select(line => (line.Speaker, line.Text)));
        Assert.Equal([At(1), At(2), At(3), At(5)], lines.Select(line => line.Start));
    }

    [Fact]
    public void Tags_and_entities_leave_plain_text()
    {
        const string text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<c.yellow>Fish</c> &amp;&nbsp;chips &lt;hot&gt;&lrm;, <b>please</b>\n";

        var lines = Vtt(text);

        Assert.Equal("Fish & chips <hot>, please", Assert.Single(lines).Text);
    }

    [Fact]
    public void An_empty_cue_is_left_out()
    {
        const string text = "WEBVTT\n\n00:01.000 --> 00:02.000\n\nlast\n00:03.000 --> 00:04.000\nWords.\n";

        var lines = Vtt(text);

        Assert.Equal("Words.", Assert.Single(lines).Text);
    }

    [Fact]
    public void A_file_of_empty_cues_is_refused()
    {
        const string text = "WEBVTT\n\n00:01.000 --> 00:02.000\n\n";

        var fault = Assert.Throws<TranscriptFormatException>(() => Vtt(text));

        Assert.Equal("talk.vtt holds no spoken words; give a file with a transcript in it.", fault.Message);
    }
}
