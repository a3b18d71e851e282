using DrChaffee.Ingestion.VoiceActivity;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.VoiceActivity;

public sealed class AudioCutterTests : IDisposable
{
    private static readonly CutRule Rule = new(Seconds(28), LongestSilence: Seconds(2), OverlapAtSilence: TimeSpan.Zero, OverlapInSpeech: Seconds(1));

    private readonly TestFolder _folder = new();

    [Fact]
    public void Silences_belong_to_no_piece_and_short_pauses_are_where_it_is_cut()
    {
        using var wav = Open(120);
        SpeechStretch[] speech = [Stretch(5, 15), Stretch(15.8, 24), Stretch(24.6, 40), Stretch(60, 61)];

        var pieces = AudioCutter.Cut(wav, speech, Rule);

        Assert.Equal(3, pieces.Count);
        Assert.Equal((4.8, 24.3), (Round(pieces[0].Start), Round(pieces[0].End)));
        Assert.Equal((24.3, 40.2), (Round(pieces[1].Start), Round(pieces[1].End)));
        Assert.Equal(24.3, Round(pieces[1].Cut!.Value));
        Assert.Equal((59.8, 61.2), (Round(pieces[2].Start), Round(pieces[2].End)));
        Assert.Null(pieces[2].Cut);
    }

    [Fact]
    public void Speech_without_end_is_cut_where_it_is_quietest_and_the_pieces_overlap_there()
    {
        using var wav = Open(60, sample => (short)(sample is > 20 * WavFile.Rate and < 21 * WavFile.Rate ? 10 : 5000 * Math.Sin(sample)));

        var pieces = AudioCutter.Cut(wav, speech: null, Rule);

        Assert.InRange(pieces[1].Cut!.Value, Seconds(20), Seconds(21));
        Assert.Equal((pieces[1].Cut + Seconds(1), pieces[1].Cut - Seconds(1)), (pieces[0].End, pieces[1].Start));
        Assert.Equal((TimeSpan.Zero, Seconds(60)), (pieces[0].Start, pieces[^1].End));
    }

    [Fact]
    public void Whatever_is_spoken_is_in_a_piece_and_no_piece_is_too_long()
    {
        using var wav = Open(600);
        var random = new Random(7);
        for (var trial = 0; trial < 300; trial++)
        {
            List<SpeechStretch> speech = [];
            for (var at = random.NextDouble() * 5; at < 590;)
            {
                var end = Math.Min(595, at + 0.3 + (random.Next(6) == 0 ? random.NextDouble() * 90 : random.NextDouble() * 9));
                speech.Add(Stretch(at, end));
                at = end + 0.1 + random.NextDouble() * (random.Next(5) == 0 ? 20 : 1);
            }

            var rule = Rule with { OverlapAtSilence = Seconds(random.Next(2)), Longest = Seconds(20 + random.Next(60)) };
            var pieces = AudioCutter.Cut(wav, speech, rule);

            Assert.All(pieces, piece => Assert.InRange(piece.Length, Seconds(0.01), rule.Longest + Seconds(0.001)));
            Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.True(pair.Second.Cut is { } cut ? cut >= pair.Second.Start && cut <= pair.First.End && pair.Second.Start <= pair.First.End : pair.Second.Start >= pair.First.End));
            Assert.All(speech, stretch => Assert.Equal(stretch.Length.TotalSeconds, Covered(pieces, stretch), 3));
        }
    }

    [Fact]
    public void Where_nobody_speaks_there_is_nothing_to_hear()
    {
        using var wav = Open(5);

        Assert.Empty(AudioCutter.Cut(wav, [], Rule));
    }

    public void Dispose() => _folder.Dispose();

    private static double Covered(IReadOnlyList<AudioPiece> pieces, SpeechStretch stretch)
    {
        var (sum, from) = (0.0, stretch.Start);
        foreach (var piece in pieces)
        {
            var start = piece.Start > from ? piece.Start : from;
            var end = piece.End < stretch.End ? piece.End : stretch.End;
            if (end <= start) continue;
            sum += (end - start).TotalSeconds;
            from = end;
        }

        return sum;
    }

    private WavFile Open(double seconds, Func<long, short>? at = null) => WavFile.Open(PcmFile.Write(_folder, "a.wav", Seconds(seconds), at ?? (_ => 1)));

    private static SpeechStretch Stretch(double start, double end) => new(Seconds(start), Seconds(end));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 2);
}
