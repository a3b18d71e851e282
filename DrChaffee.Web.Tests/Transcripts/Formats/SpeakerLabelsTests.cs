using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class SpeakerLabelsTests
{
    [Fact]
    public void A_name_holds_until_the_next_name()
    {
        var lines = Srt(Cues("Ann Lee: Welcome.", "I am Ann.", "Bob: Thank you.", "Ann: So.", "Bob: Yes."));

        Assert.Equal([("Ann Lee", "Welcome."), ("Ann Lee", "I am Ann."), ("Bob", "Thank you."), ("Bob", "Ann: So."), ("Bob", "Yes.")],
            lines.Select(line => (line.Speaker, line.Text)));
    }

    [Fact]
    public void A_full_name_counts_where_the_first_name_recurs()
    {
        var lines = Srt(Cues("Hello.", "Ann Lee: Welcome.", "Ann: One.", "Ann: Two."));

        Assert.Equal([null, "Ann Lee", "Ann", "Ann"], lines.Select(line => line.Speaker));
    }

    [Theory]
    [InlineData("Note: this matters.")]
    [InlineData("The point is: eat.")]
    [InlineData("At 10:30 we met.")]
    [InlineData("Tensorflow.js: powerful.")]
    public void A_colon_in_the_middle_of_a_talk_is_no_speaker(string spoken)
    {
        var lines = Srt(Cues("Hello there.", spoken, "Goodbye."));

        Assert.Equal((null, spoken), (lines[1].Speaker, lines[1].Text));
    }

    [Fact]
    public void Turn_signs_and_brackets_name_speakers_too()
    {
        var lines = Srt(Cues("&gt;&gt; ANN: Hello.", ">> BOB: Hello.", ">> ANN: Well.", ">> BOB: Well.", ">> Who are you?"));
        var bracketed = Srt(Cues("[Ann] Hello.", "[Music] Hm.", "[Ann] Well.", "[Music] Oh."));

        Assert.Equal([("ANN", "Hello."), ("BOB", "Hello."), ("ANN", "Well."), ("BOB", "Well."), (null, "Who are you?")], lines.Select(line => (line.Speaker, line.Text)));
        Assert.Equal([("Ann", "Hello."), ("Ann", "[Music] Hm."), ("Ann", "Well."), ("Ann", "[Music] Oh.")], bracketed.Select(line => (line.Speaker, line.Text)));
    }

    [Fact]
    public void Two_people_in_one_cue_are_two_lines()
    {
        var lines = Srt(Cues("Ann: Hello.", "Ann: Is it so?\nBob: It is so.", "Bob: Yes."));

        Assert.Equal([("Ann", "Is it so?", true), ("Bob", "It is so.", true)], lines.Skip(1).Take(2).Select(line => (line.Speaker!, line.Text, line.Estimated)));
    }

    private static string Cues(params string[] texts) =>
        string.Concat(texts.Select((text, i) => $"{i + 1}\n00:00:{i * 2:00},000 --> 00:00:{(i * 2) + 1:00},000\n{text}\n\n"));
}
