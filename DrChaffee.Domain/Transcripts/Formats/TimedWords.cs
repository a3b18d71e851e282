using System.Text;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Builds sentences from words of which most are timed; the others get times between their neighbours.</summary>
internal sealed class TimedWords
{
    private static readonly TimeSpan ShortestWord = TimeSpan.FromMilliseconds(10);

    private readonly List<(string Text, string? Speaker, TimeSpan? Start, TimeSpan? End)> _words = [];

    public void Add(string text, string? speaker, TimeSpan? start, TimeSpan? end) => _words.Add((text, speaker, start, end));

    /// <summary>One line a sentence, cut at a change of speaker too.</summary>
    public IReadOnlyList<TranscriptLine> ToLines()
    {
        var times = Times(out var known);
        var lines = new List<TranscriptLine>();
        for (int first = 0, next = 1; first < _words.Count; next++)
        {
            if (next < _words.Count && !EndsAt(next))
                continue;
            if (ToLine(first, next, times, known) is { } line)
                lines.Add(line);
            first = next;
        }

        return LineOrder.Arrange(lines);
    }

    private bool EndsAt(int next) =>
        _words[next].Speaker != _words[next - 1].Speaker ||
        (Sentences.EndsWith(_words[next - 1].Text) && Sentences.CanStartWith(_words[next].Text));

    private TranscriptLine? ToLine(int first, int next, WordTime[] times, bool[] known)
    {
        var text = new StringBuilder();
        for (var i = first; i < next; i++)
            text.Append(i > first ? " " : "").Append(_words[i].Text);
        var sentence = text.ToString();
        if (SoundCue.IsOnly(sentence) || SoundCue.IsSilent(sentence))
            return null;
        var anyKnown = known.AsSpan(first, next - first).Contains(true);
        return new TranscriptLine(times[first].Start, times[next - 1].End, sentence, _words[first].Speaker)
        {
            Estimated = known.AsSpan(first, next - first).Contains(false),
            Words = anyKnown ? times[first..next] : null,
        };
    }

    private WordTime[] Times(out bool[] known)
    {
        known = new bool[_words.Count];
        var times = new WordTime[_words.Count];
        var previous = -1;
        foreach (var anchor in Anchors())
        {
            var end = Anchor.Latest(_words[anchor.Word].End ?? anchor.Time, anchor.Time + ShortestWord);
            times[anchor.Word] = new WordTime(anchor.Time, end);
            known[anchor.Word] = true;
            Fill(times, previous, anchor.Word);
            previous = anchor.Word;
        }

        Fill(times, previous, _words.Count);
        return times;
    }

    private List<Anchor> Anchors()
    {
        var timed = new List<Anchor>();
        for (var i = 0; i < _words.Count; i++)
        {
            if (_words[i].Start is { } start)
                timed.Add(new Anchor(i, start));
        }

        return Anchor.KeepConsistent(timed, ShortestWord);
    }

    // The words after `before` and ahead of `after` share the silence between the two, or push the first one's end back to make room.
    private static void Fill(WordTime[] times, int before, int after)
    {
        var count = after - before - 1;
        var room = ShortestWord * count;
        var to = after < times.Length ? times[after].Start : TimeSpan.MaxValue;
        TimeSpan from;
        if (before < 0)
        {
            from = after < times.Length ? Anchor.Latest(TimeSpan.Zero, to - SpeechRate.Default.TimeFor(count)) : TimeSpan.Zero;
        }
        else
        {
            var end = times[before].End;
            from = end > to - room ? to - room : end;
            times[before] = times[before] with { End = from };
        }

        if (to == TimeSpan.MaxValue)
            to = from + SpeechRate.Default.TimeFor(count);
        for (var i = 0; i < count; i++)
            times[before + 1 + i] = new WordTime(from + ((to - from) * ((double)i / count)), from + ((to - from) * ((double)(i + 1) / count)));
    }
}
