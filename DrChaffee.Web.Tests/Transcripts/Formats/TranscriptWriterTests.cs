using System.Text;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Domain.Transcripts.Formats;
using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class TranscriptWriterTests
{
    private static readonly TranscriptDocument Talk = new()
    {
        Title = "Salt & water",
        Channel = "Talks",
        PublishedOn = new DateOnly(2025, 3, 4),
        Url = new Uri("https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        Duration = At(4000.5),
        Lines =
        [
            new TranscriptLine(At(0.25), At(1.999), "Is a < b --> c?", "Ann <the> Lee") { Words = [.. Enumerable.Range(0, 6).Select(i => new WordTime(At(0.25 + (i * 0.2)), At(0.4 + (i * 0.2))))] },
            new TranscriptLine(At(2), At(3.5), "She said \"no\", &amp; left; {\\an8} stays.", "Bob"),
            new TranscriptLine(At(3.5), At(3.751), "<i>Well</i>, yes.") { Estimated = true },
            new TranscriptLine(At(359_999), At(360_000.125), "The end."),
        ],
    };

    [Theory]
    [InlineData(TranscriptFormat.Srt)]
    [InlineData(TranscriptFormat.Vtt)]
    [InlineData(TranscriptFormat.Json)]
    public async Task What_is_written_is_read_back(TranscriptFormat format)
    {
        using var stream = new MemoryStream();
        await TranscriptWriter.WriteAsync(Talk, format, stream, TestContext.Current.CancellationToken);

        var read = TranscriptFile.Read($"talk.{format}", stream.ToArray());

        Assert.Equal(Talk.Lines.Select(line => (line.Start, line.End, line.Text)), read.Lines.Select(line => (line.Start, line.End, line.Text)));
        if (format != TranscriptFormat.Srt)
            Assert.Equal(Talk.Lines.Select(line => line.Speaker), read.Lines.Select(line => line.Speaker));
    }

    [Fact]
    public void The_export_in_json_loses_nothing()
    {
        var read = Of("talk.json", Write(Talk, TranscriptFormat.Json));

        Assert.Equal(Talk with { Lines = read.Lines }, read);
        Assert.Equal(Talk.Lines.Select(line => line.Estimated), read.Lines.Select(line => line.Estimated));
        Assert.Equal(Talk.Lines[0].Words!, read.Lines[0].Words!);
        Assert.All(read.Lines.Skip(1), line => Assert.Null(line.Words));
    }

    [Fact]
    public void A_table_quotes_what_would_break_it()
    {
        var rows = Write(Talk, TranscriptFormat.Csv).Split("\r\n");

        Assert.Equal("start,end,speaker,text", rows[0]);
        Assert.Equal("00:00:02.000,00:00:03.500,Bob,\"She said \"\"no\"\", &amp; left; {\\an8} stays.\"", rows[2]);
        Assert.Equal("99:59:59.000,100:00:00.125,,The end.", rows[4]);
    }

    [Fact]
    public void Plain_text_is_paragraphs_under_names()
    {
        var document = new TranscriptDocument
        {
            Title = "A talk",
            Lines = [new(At(0), At(1), "Hello.", "Ann"), new(At(1), At(2), "Welcome.", "Ann"), new(At(2), At(3), "Hi.", "Bob"), new(At(9), At(10), "Still there?", "Bob")],
        };

        var text = Write(document, TranscriptFormat.Txt);

        Assert.Equal("A talk\n\nAnn: Hello. Welcome.\n\nBob: Hi.\n\nStill there?\n", text);
    }

    private static string Write(TranscriptDocument document, TranscriptFormat format)
    {
        using var writer = new StringWriter(new StringBuilder());
        TranscriptWriter.Write(document, format, writer);
        return writer.ToString();
    }
}
