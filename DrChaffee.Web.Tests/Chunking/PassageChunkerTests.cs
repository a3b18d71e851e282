using CsCheck;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Chunking;

public sealed class PassageChunkerTests
{
    private static readonly SpeakerLabel?[] People = [null, new("Ann", Local: false), new("Bob", Local: false), new("Speaker 3", Local: true)];

    private static readonly Gen<string> Words = Gen.Select(Gen.Char['a', 'z'].Array[1, 9], Gen.Frequency((8, Gen.Const("")), (1, Gen.Const(".")), (1, Gen.Const(",")), (1, Gen.Const("?\""))))
        .Select((letters, end) => new string(letters) + end);

    private static readonly Gen<SpokenSegment[]> Transcripts = Gen.Select(Gen.Frequency((2, Words.Array[1, 4]), (3, Words.Array[5, 30]), (1, Words.Array[60, 400])), Gen.Int[0, 3], Gen.Int[0, 400], Gen.Bool)
        .Array[0, 25].Select(turns =>
        {
            List<SpokenSegment> segments = [];
            var at = TimeSpan.Zero;
            foreach (var (words, who, length, timed) in turns)
            {
                var end = at + TimeSpan.FromSeconds(length / 10.0);
                var share = TimeSpan.FromTicks((end - at).Ticks / words.Length);
                var from = at;
                var times = timed ? words.Select((_, i) => new WordTime(from + i * share, from + (i + 1) * share)).ToArray() : null;
                segments.Add(new SpokenSegment(new TranscriptLine(at, end, string.Join(' ', words)) { Words = times }, People[who]));
                at = end;
            }

            return segments.ToArray();
        });

    [Fact]
    public void Each_word_is_in_exactly_one_passage_and_in_order() => Transcripts.Sample(segments =>
    {
        var passages = PassageChunker.Cut(segments);

        Assert.Equal(segments.SelectMany(s => s.Line.Text.Split(' ')), passages.SelectMany(p => p.Text.Split(' ')));
        Assert.All(passages, p => Assert.NotEqual("", p.Text));
    });

    [Fact]
    public void Times_rise_and_stay_within_the_segments_they_come_from() => Transcripts.Sample(segments =>
    {
        var passages = PassageChunker.Cut(segments);

        Assert.All(passages, p => Assert.True(p.Start <= p.End));
        Assert.All(passages.Zip(passages.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start + TimeSpan.FromMilliseconds(1)));
        Assert.All(passages, p =>
        {
            Assert.InRange(p.Start, segments[p.FirstSegment].Line.Start, segments[p.FirstSegment].Line.End);
            Assert.InRange(p.End, segments[p.LastSegment].Line.Start, segments[p.LastSegment].Line.End);
        });
    });

    [Fact]
    public void No_passage_is_longer_than_a_reader_takes_in_at_once() => Transcripts.Sample(segments =>
    {
        var passages = PassageChunker.Cut(segments);

        Assert.All(passages, p => Assert.InRange(p.Text.Split(' ').Length, 1, 135));
    });

    [Fact]
    public void Nobody_but_the_speaker_says_more_than_an_interjection() => Transcripts.Sample(segments =>
    {
        var passages = PassageChunker.Cut(segments);

        var turnOfWord = TurnLengths(segments);
        var word = 0;
        foreach (var passage in passages)
        {
            var inside = turnOfWord.GetRange(word, passage.Text.Split(' ').Length);
            word += inside.Count;
            Assert.All(inside, said => Assert.True(said.Speaker == passage.Speaker || said.Length <= 3 || inside.TrueForAll(w => w.Length <= 3)));
        }
    });

    [Fact]
    public void A_short_remark_of_another_does_not_break_a_speech()
    {
        var (ann, bob) = (People[1], People[2]);
        SpokenSegment[] segments =
        [
            new(new TranscriptLine(TimeSpan.Zero, TimeSpan.FromSeconds(4), "Sleep comes first of all."), ann),
            new(new TranscriptLine(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5), "Right, right."), bob),
            new(new TranscriptLine(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(9), "Then comes light in the morning."), ann),
            new(new TranscriptLine(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(12), "And what about coffee before noon?"), bob),
        ];

        var passages = PassageChunker.Cut(segments);

        Assert.Equal(["Sleep comes first of all. Right, right. Then comes light in the morning.", "And what about coffee before noon?"], passages.Select(p => p.Text));
        Assert.Equal([ann, bob], passages.Select(p => p.Speaker));
        Assert.Equal((0, 2), (passages[0].FirstSegment, passages[0].LastSegment));
    }

    [Fact]
    public void A_long_speech_is_cut_where_sentences_end()
    {
        var sentence = "One two three four five six seven eight nine ten eleven twelve. ";
        SpokenSegment[] segments = [new(new TranscriptLine(TimeSpan.Zero, TimeSpan.FromMinutes(2), string.Concat(Enumerable.Repeat(sentence, 30)).Trim()), People[1])];

        var passages = PassageChunker.Cut(segments);

        Assert.All(passages, p => Assert.EndsWith("twelve.", p.Text, StringComparison.Ordinal));
        Assert.All(passages, p => Assert.InRange(p.Text.Split(' ').Length, 60, 120));
    }

    [Fact]
    public void Suspect_segments_are_left_out()
    {
        SpokenSegment[] segments =
        [
            new(new TranscriptLine(TimeSpan.Zero, TimeSpan.FromSeconds(1), "This was said."), null),
            new(new TranscriptLine(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), "Thanks for watching!"), null, "no speech"),
        ];

        var passages = PassageChunker.Cut(segments);

        Assert.Equal("This was said.", Assert.Single(passages).Text);
    }

    private static List<(SpeakerLabel? Speaker, int Length)> TurnLengths(SpokenSegment[] segments)
    {
        List<(SpeakerLabel? Speaker, int Length)> words = [];
        for (var i = 0; i < segments.Length;)
        {
            var turn = segments.Skip(i).TakeWhile(s => s.Speaker == segments[i].Speaker).ToArray();
            var length = turn.Sum(s => s.Line.Text.Split(' ').Length);
            words.AddRange(Enumerable.Repeat((segments[i].Speaker, length), length));
            i += turn.Length;
        }

        return words;
    }
}
