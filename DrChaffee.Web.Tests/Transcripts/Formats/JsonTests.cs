using DrChaffee.Domain.Transcripts.Formats;
using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class JsonTests
{
    [Fact]
    public void Segments_of_a_podcast_are_lines()
    {
        const string text = """{"version":"1.0.0","segments":[{"speaker":"Ann","startTime":0.5,"endTime":2.75,"body":"Hello &amp; welcome."},{"startTime":3,"endTime":4,"body":"[Music]"},{"speaker":"Bob","startTime":4,"endTime":5,"body":"Hi."}]}""";

        var lines = Of("talk.json", text).Lines;

        Assert.Equal([("Ann", "Hello & welcome.", At(0.5), At(2.75)), ("Bob", "Hi.", At(4), At(5))], lines.Select(line => (line.Speaker!, line.Text, line.Start, line.End)));
    }

    [Fact]
    public void Segments_of_one_word_each_become_sentences_with_timed_words()
    {
        var words = "I am here. You are there.".Split(' ');
        var segments = words.Select((word, i) => $$"""{"speaker":"Ann","startTime":{{i}},"endTime":{{i}}.5,"body":"{{word}}"}""");

        var lines = Of("talk.json", $$"""{"segments":[{{string.Join(',', segments)}}]}""").Lines;

        Assert.Equal(["I am here.", "You are there."], lines.Select(line => line.Text));
        Assert.Equal([At(3), At(4), At(5)], lines[1].Words!.Select(word => word.Start));
    }

    [Fact]
    public void Broken_json_is_refused_with_its_line()
    {
        const string text = "{\n\"segments\": [\n{,}]}";

        var fault = Assert.Throws<TranscriptFormatException>(() => Of("talk.json", text));

        Assert.Equal(3, fault.LineNumber);
    }

    [Fact]
    public void Json_that_is_no_transcript_is_refused()
    {
        var fault = Assert.Throws<TranscriptFormatException>(() => Of("package.json", """{"name":"x","lines":3}"""));

        Assert.StartsWith("package.json has no \"lines\" and no \"segments\"", fault.Message, StringComparison.Ordinal);
    }
}
