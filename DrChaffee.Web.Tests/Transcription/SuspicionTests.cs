using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.SpeakerIdentification;
using DrChaffee.Ingestion.Transcription.Ledger;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Web.Tests.Transcription;

public sealed class SuspicionTests
{
    private const string Plain = "Salt raises the pressure in the arteries of most people who eat much of it.";

    [Theory]
    [InlineData(Plain, -0.2f, 0.1f, null)]
    [InlineData(Plain, -0.2f, 0.9f, null)] // likely words win over a doubtful silence, as in Whisper itself
    [InlineData(Plain, -1.2f, 0.9f, "Probably nobody speaks: no-speech probability 0.90, log-probability -1.20.")]
    [InlineData(Plain, -1.2f, 0.1f, "The words are unlikely: log-probability -1.20.")]
    [InlineData("Thank you. Thank you. Thank you. Thank you. Thank you. Thank you.", -0.2f, 0.1f, "\"thank you\" 6 times in a row.")]
    [InlineData("No, no, no, I never said so.", -0.2f, 0.1f, null)]
    [InlineData("It went on and on and on and on and on, and then the doctor told us a long story about something else entirely.", -0.2f, 0.1f, null)]
    [InlineData("and the way of the salt, then the way of the salt of the way, the way of the salt and the way, the salt of the way of the salt then and the way of the salt and the way of", -0.2f, 0.1f, "The text repeats itself: compression ratio 2.6.")]
    public void Each_figure_has_its_reason(string text, float logprob, float noSpeech, string? reason)
    {
        var line = Line(0, 5, text) with { Quality = new LineQuality(logprob, null, noSpeech) };

        var marked = Assert.Single(Suspicion.Mark([line], speech: null));

        Assert.Equal(reason?.Split(':')[0], marked.SuspectReason?.Split(':')[0]);
        if (reason is not null && !reason.Contains("compression", StringComparison.Ordinal)) Assert.Equal(reason, marked.SuspectReason);
        Assert.InRange(marked.Quality!.CompressionRatio!.Value, 0.5f, 10f);
    }

    [Fact]
    public void Lines_that_come_again_and_again_are_a_loop_but_for_the_first()
    {
        var lines = Suspicion.Mark([Line(0, 1, "Right."), Line(1, 2, "Right."), Line(2, 3, "right"), Line(3, 4, "Right!"), Line(4, 5, Plain), Line(5, 6, "Yes."), Line(6, 7, "Yes."), Line(7, 8, "Yes.")], speech: null);

        Assert.Equal([null, "The same words 4 times in a row.", "The same words 4 times in a row.", "The same words 4 times in a row.", null, null, null, null], lines.Select(line => line.SuspectReason));
    }

    [Fact]
    public void Words_where_no_voice_is_heard_are_suspect_if_that_is_known()
    {
        SpeechStretch[] speech = [new(TimeSpan.FromSeconds(0), TimeSpan.FromSeconds(10)), new(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60))];

        var lines = Suspicion.Mark([Line(1, 9, Plain), Line(20, 25, "Thanks for watching."), Line(49, 52, Plain)], speech);

        Assert.Equal([null, "No voice is heard there.", null], lines.Select(line => line.SuspectReason));
        Assert.All(Suspicion.Mark([Line(20, 25, "Thanks for watching.")], speech: null), line => Assert.Null(line.SuspectReason));
    }

    [Fact]
    public async Task What_is_suspect_is_kept_and_left_out_of_passages()
    {
        var source = new ClaimedSource(1, "file-a", 1, new SourceFacts("file", "a", "A", null, null, null, null, "a"));
        var said = new Said(Suspicion.Mark([Line(0, 5, Plain), Line(5, 9, "Thank you. Thank you. Thank you. Thank you. Thank you.")], speech: null), new EngineStamp("fake", "", ""), null, null, null);

        var spoken = await new IdentifySpeakersStage().RunAsync(new Transcript(source, said), new Progress<double>(), CancellationToken.None);
        var passaged = await new ChunkStage().RunAsync(spoken, new Progress<double>(), CancellationToken.None);

        Assert.Equal(2, passaged.Spoken.Segments.Count);
        Assert.NotNull(passaged.Spoken.Segments[1].SuspectReason);
        Assert.Equal(Plain, Assert.Single(passaged.Passages).Text);
    }

    private static TranscriptLine Line(double start, double end, string text) => new(TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end), text);
}
