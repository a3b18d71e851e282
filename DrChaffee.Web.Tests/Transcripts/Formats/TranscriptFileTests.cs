using System.Text;
using DrChaffee.Domain.Transcripts.Formats;
using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class TranscriptFileTests
{
    private const string Cue = "1\n00:00:01,000 --> 00:00:02,000\nCafé – naïve “façade”.\n";

    [Theory]
    [InlineData("talk.srt", true)]
    [InlineData("/a/TALK.EN.VTT", true)]
    [InlineData("talk.markdown", true)]
    [InlineData("talk.mp3", false)]
    [InlineData("srt", false)]
    public void The_extension_tells_what_can_be_read(string path, bool known) => Assert.Equal(known, TranscriptFile.IsKnown(path));

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("windows-1252", false)]
    public void Old_and_new_encodings_are_read(string name, bool mark)
    {
        var encoding = (name == "windows-1252" ? CodePagesEncodingProvider.Instance : null)?.GetEncoding(name) ?? Encoding.GetEncoding(name);
        byte[] content = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Cue)];

        var document = TranscriptFile.Read("talk.srt", content);

        Assert.Equal("Café – naïve “façade”.", Assert.Single(document.Lines).Text);
    }

    [Theory]
    [InlineData("talk.srt", "  \n", "talk.srt is empty; give the file that holds the transcript.")]
    [InlineData("talk.doc", "words", "talk.doc ends in .doc; give one of .srt, .vtt, .json, .md, .markdown, .nlp.")]
    public void What_cannot_be_read_is_refused_in_one_sentence(string name, string text, string message)
    {
        var fault = Assert.Throws<TranscriptFormatException>(() => Of(name, text));

        Assert.Equal(message, fault.Message);
    }

    [Fact]
    public async Task A_file_is_read_from_disk()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("transcript").FullName, "talk.srt");
        await File.WriteAllTextAsync(path, Cue, TestContext.Current.CancellationToken);

        var document = await TranscriptFile.ReadAsync(path, TestContext.Current.CancellationToken);

        Assert.Single(document.Lines);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
