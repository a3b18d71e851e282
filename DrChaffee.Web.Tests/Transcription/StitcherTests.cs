using CsCheck;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Transcription;

namespace DrChaffee.Web.Tests.Transcription;

public sealed class StitcherTests
{
    private static readonly string[] Vocabulary = ["the", "salt", "no", "water", "and", "kidney", "very", "pressure"];

    /// <summary>A talk of words that come again and again, heard in two pieces whose times differ a little and whose ends are cut within a word.</summary>
    private static readonly Gen<(int Seed, int Words, int Cut, double Shift, bool Timed)> Talks = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[60, 200], Gen.Int[20, 40], Gen.Double[-0.25, 0.25], Gen.Bool);

    [Fact]
    public void Nothing_is_said_twice_and_nothing_is_lost() => Talks.Sample(talk =>
    {
        var random = new Random(talk.Seed);
        var words = Enumerable.Range(0, talk.Words).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]).ToArray();
        var cut = talk.Cut * 0.4;
        const double Overlap = 4;
        var before = Lines(words, 0, cut + Overlap, 0, talk.Timed, random);
        var after = Lines(words, cut - Overlap, double.MaxValue, talk.Shift, talk.Timed, random);

        List<TranscriptLine> said = [];
        Stitcher.Append(said, before, null, TimeSpan.Zero);
        Stitcher.Append(said, after, TimeSpan.FromSeconds(cut), TimeSpan.FromSeconds(Overlap));

        Assert.Equal(words, said.SelectMany(line => line.Text.Split(' ')));
        Assert.All(said.Zip(said.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start && pair.First.Start <= pair.First.End));
        Assert.All(said.Where(line => line.Words is not null), line => Assert.Equal(line.Text.Split(' ').Length, line.Words!.Count));
    }, iter: 2_000);

    [Fact]
    public void Without_a_word_in_common_the_cut_decides()
    {
        List<TranscriptLine> said = [new(TimeSpan.FromSeconds(0), TimeSpan.FromSeconds(4), "one two three four")];

        Stitcher.Append(said, [new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), "uno dos tres cuatro")], TimeSpan.FromSeconds(2.6), TimeSpan.FromSeconds(1.5));

        Assert.Equal("one two three tres cuatro", string.Join(' ', said.Select(line => line.Text)));
    }

    [Fact]
    public void Pieces_that_do_not_meet_follow_each_other()
    {
        List<TranscriptLine> said = [];
        Stitcher.Append(said, [new(TimeSpan.FromSeconds(0), TimeSpan.FromSeconds(2), "one")], null, TimeSpan.Zero);
        Stitcher.Append(said, [], TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        Stitcher.Append(said, [new(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10), "two")], null, TimeSpan.Zero);

        Assert.Equal(["one", "two"], said.Select(line => line.Text));
    }

    /// <summary>Words of 0.4 s each, in lines of a few; a word that the piece holds only in part is not heard.</summary>
    private static List<TranscriptLine> Lines(string[] words, double from, double to, double shift, bool timed, Random random)
    {
        List<TranscriptLine> lines = [];
        var held = Enumerable.Range(0, words.Length).Where(i => i * 0.4 >= from && i * 0.4 + 0.35 <= to).ToArray();
        for (var i = 0; i < held.Length;)
        {
            var line = held[i..Math.Min(held.Length, i + 3 + random.Next(8))];
            var times = line.Select(word => new WordTime(Time(word * 0.4 + shift), Time(word * 0.4 + 0.35 + shift))).ToArray();
            lines.Add(new TranscriptLine(times[0].Start, times[^1].End, string.Join(' ', line.Select(word => words[word]))) { Words = timed ? times : null });
            i += line.Length;
        }

        return lines;
    }

    private static TimeSpan Time(double seconds) => TimeSpan.FromSeconds(Math.Max(0, seconds));
}
