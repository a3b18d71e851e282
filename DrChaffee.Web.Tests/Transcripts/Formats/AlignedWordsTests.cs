using DrChaffee.Domain.Transcripts.Formats;
using static DrChaffee.Web.Tests.Transcripts.Formats.Reading;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

public sealed class AlignedWordsTests
{
    private const string Header = "token|speaker|ts|endTs|punctuation|prepunctuation|case|tags|oldTs|oldEndTs|ali_comment\n";

    [Fact]
    public void Words_become_sentences_that_end_at_full_stops_and_speakers()
    {
        const string rows = "Good|1|1.0000|1.2000|||UC|[]|||\nmorning|1|1.2000|1.6000|.||LC|[]|||\nI'm|1|2.0000|2.2000|||UC|[]|||\nhere|1|2.2000|2.5000|,||LC|[]|||\nYes|2|3.0000|3.2000|||UC|[]|||\n";

        var lines = Of("call.nlp", Header + rows).Lines;

        Assert.Equal([("Speaker 1", "Good morning.", At(1), At(1.6)), ("Speaker 1", "I'm here,", At(2), At(2.5)), ("Speaker 2", "Yes", At(3), At(3.2))],
            lines.Select(line => (line.Speaker!, line.Text, line.Start, line.End)));
        Assert.Equal([At(1), At(1.2)], lines[0].Words!.Select(word => word.Start));
    }

    [Fact]
    public void Words_without_times_share_the_gap_and_are_estimates()
    {
        const string rows = "One|1|1.0000|2.0000|||UC|[]|||\ntwo|1|||||LC|[]|||del\nthree|1|||||LC|[]|||del\nfour|1|4.0000|5.0000|.||LC|[]|||\n<laugh>|1|5.0000|6.0000|||LC|[]|||\n";

        var line = Of("call.nlp", Header + rows).Lines[0];

        Assert.True(line.Estimated);
        Assert.Equal([At(1), At(2), At(3), At(4)], line.Words!.Select(word => word.Start).Take(4));
    }

    [Fact]
    public void A_call_without_any_time_is_timed_by_its_words()
    {
        const string rows = "One|0|||||UC|[]|||del\ntwo|0|||.||LC|[]|||del\nThree|0|||.||UC|[]|||del\n";

        var lines = Of("call.nlp", Header + rows).Lines;

        Assert.All(lines, line => Assert.True(line.Estimated && line.Words is null));
        Assert.Equal(TimeSpan.Zero, lines[0].Start);
    }

    [Fact]
    public void A_table_without_words_is_refused()
    {
        var fault = Assert.Throws<TranscriptFormatException>(() => Of("call.nlp", "a|b\n1|2\n"));

        Assert.Equal(1, fault.LineNumber);
    }
}
