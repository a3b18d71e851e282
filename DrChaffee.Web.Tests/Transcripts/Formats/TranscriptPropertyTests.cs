using System.Text;
using CsCheck;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Domain.Transcripts.Formats;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class TranscriptPropertyTests
{
    private static readonly Gen<string> Word =
        Gen.OneOf(Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyzäßé'&<>{}\"0123456789-"], 1, 9].Where(text => text.Any(char.IsLetter) && !text.StartsWith(">>", StringComparison.Ordinal)), Gen.Const("&amp;"), Gen.Const("<i>so"), Gen.Const("10:30,"), Gen.Const("end."));

    private static readonly Gen<TranscriptDocument> Document = Gen
        .Select(Gen.Int[0, 3000], Gen.Int[60, 9000], Word.Array[1, 20], Gen.OneOf<string?>(null, "Ann", "Bob Lee", "R&D <x>"))
        .Array[1, 30]
        .Select(Build);

    private static readonly Gen<TranscriptFormat> Format = Gen.OneOf(TranscriptFormat.Srt, TranscriptFormat.Vtt, TranscriptFormat.Json);

    [Fact]
    public void Any_transcript_survives_being_written_and_read() => Gen.Select(Document, Format).Sample((document, format) =>
    {
        var read = TranscriptFile.Read($"talk.{format}", Write(document, format));

        Assert.Null(Reading.Fault(read.Lines));
        Assert.Equal(document.Lines.Select(line => (line.Start, line.End, line.Text)), read.Lines.Select(line => (line.Start, line.End, line.Text)));
        if (format != TranscriptFormat.Srt)
            Assert.Equal(document.Lines.Select(line => line.Speaker), read.Lines.Select(line => line.Speaker));
    }, iter: 1500);

    [Fact]
    public void A_damaged_file_is_refused_or_still_keeps_the_contract() => Gen.Select(Document, Format, Damage.Array[1, 8]).Sample((document, format, damages) =>
    {
        var content = damages.Aggregate(Write(document, format), (bytes, damage) => damage(bytes));

        Assert.Null(FaultOf($"talk.{format}", content));
    }, iter: 3000);

    [Fact]
    public void Damaged_markdown_and_tables_keep_the_contract_too() => Gen.Select(Pieces.Array[1, 80], Gen.OneOf("md", "nlp", "srt", "vtt"), Damage.Array[0, 4]).Sample((pieces, extension, damages) =>
    {
        var content = damages.Aggregate(Encoding.UTF8.GetBytes(string.Concat(pieces)), (bytes, damage) => damage(bytes));

        Assert.Null(FaultOf($"talk.{extension}", content));
    }, iter: 4000);

    [Fact]
    public void Every_word_of_a_well_formed_markdown_talk_comes_once_and_in_order() => Gen.Select(Gen.String[Gen.Char["abcdefgh'"], 1, 9], Gen.OneOf("", ".", ",", "?"))
        .Select((word, mark) => word.Replace('\'', 'x') + mark).Array[1, 90].Array[1, 20].Sample(paragraphs =>
        {
            var text = string.Concat(paragraphs.Select((words, i) => $"**Speaker {i % 3}:** {(i % 2 == 0 ? $"\\[{i * 2:00}:07\\] " : "")}{string.Join(' ', words)}\n\n"));

            var lines = Reading.Markdown(text);

            Assert.Null(Reading.Fault(lines));
            Assert.Equal(paragraphs.SelectMany(words => words), Reading.WordsOf(lines));
        }, iter: 500);

    private static Gen<string> Pieces => Gen.OneOf(
        Gen.OneOf("\n", "\n\n", " ", "**Ann:** ", "Bob: ", "00:00:05,000 --> 00:00:04,000\n", "00:01.5 --> 00:09\n", "99:99:99", "\\[00:10\\]", "\\[\\\\01:02:03.04\\\\\\]", "[unintelligible 00:00:09]", "**Break:** \\[00:20\\] to \\[00:40\\]", "WEBVTT\n\n"),
        Gen.OneOf("token|speaker|ts|endTs|punctuation\n", "One|1|5.0|4.0|.\n", "two|2|||\n", "three|2|1e300|-1|?\n", "<v Ann>", "<00:00:03.000>", "</v>", "[Music]", "---\n", "title: [x\n", "# Head\n", "- ", "1. ", "![a](b)", "[a](b)", "&amp;", "\u200B", ">> "),
        Word);

    private static Gen<Func<byte[], byte[]>> Damage => Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Byte, Gen.Int[0, 3]).Select(
        (at, size, value, kind) => (Func<byte[], byte[]>)(content =>
        {
            var from = (int)(at * content.Length);
            var to = from + (int)(size * size * (content.Length - from));
            return kind switch
            {
                0 => [.. content[..from], .. content[to..]],
                1 => [.. content[..to], .. content[from..]],
                2 => [.. content[..from], value, .. content[from..]],
                _ => [.. content[to..], .. content[..from]],
            };
        }));

    private static string? FaultOf(string name, byte[] content)
    {
        try
        {
            return Reading.Fault(TranscriptFile.Read(name, content).Lines);
        }
        catch (TranscriptFormatException refusal)
        {
            return refusal.Message.Length > 0 ? null : "refused without a reason";
        }
    }

    private static TranscriptDocument Build((int Pause, int Length, string[] Words, string? Speaker)[] parts)
    {
        var lines = new List<TranscriptLine>();
        var now = TimeSpan.Zero;
        foreach (var (pause, length, words, speaker) in parts)
        {
            var start = now + TimeSpan.FromMilliseconds(pause);
            now = start + TimeSpan.FromMilliseconds(length);
            lines.Add(new TranscriptLine(start, now, string.Join(' ', words), speaker));
        }

        return new TranscriptDocument { Lines = lines };
    }

    private static byte[] Write(TranscriptDocument document, TranscriptFormat format)
    {
        using var writer = new StringWriter();
        TranscriptWriter.Write(document, format, writer);
        return Encoding.UTF8.GetBytes(writer.ToString());
    }
}
