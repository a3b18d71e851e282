using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Ledger;

namespace DrChaffee.Ingestion.Transcription;

/// <summary>
/// Joins the transcripts of pieces that overlap, so that nothing is said twice and nothing is lost. Both pieces heard the overlap: the words on which they agree
/// show where one can take over from the other. Where they agree on none, the cut itself decides, by the middle of each word.
/// </summary>
internal static class Stitcher
{
    /// <summary>How far apart two engines' times of the same word may be.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(0.7);

    /// <summary>Adds what the next piece heard.</summary>
    /// <param name="said">What was heard before, in order, in the recording's own time.</param>
    /// <param name="next">The same of the next piece.</param>
    /// <param name="cut">Where the next piece takes over; null where the pieces do not overlap.</param>
    /// <param name="overlap">How far both reach beyond the cut.</param>
    public static void Append(List<TranscriptLine> said, IReadOnlyList<TranscriptLine> next, TimeSpan? cut, TimeSpan overlap)
    {
        if (cut is { } at)
        {
            var (lines, fresh) = (Words(said, from: at - 2 * overlap - Apart), Words(next, from: TimeSpan.MinValue));
            var (keep, skip) = Takeover(lines, fresh, at, overlap);
            Trim(said, lines, keep);
            next = Rest(next, fresh, skip);
        }

        foreach (var line in next) said.Add(said.Count > 0 && line.Start < said[^1].End ? After(line, said[^1].End) : line);
    }

    /// <summary>How many words of the one to keep, and how many of the other to skip.</summary>
    private static (int Keep, int Skip) Takeover(List<HeardWord> before, List<HeardWord> after, TimeSpan cut, TimeSpan overlap)
    {
        var (first, last) = (before.FindIndex(word => word.End > cut - overlap - Apart), after.FindLastIndex(word => word.Start < cut + overlap + Apart));
        if (first >= 0 && last >= 0 && Agreed(before, first, after, last + 1, cut) is var (one, other)) return (one + 1, other + 1);
        return (before.Count(word => word.Middle < cut), after.Count(word => word.Middle < cut));
    }

    /// <summary>The pair of words nearest to the cut in the longest run on which both agree; null where they agree on nothing.</summary>
    private static (int One, int Other)? Agreed(List<HeardWord> before, int first, List<HeardWord> after, int count, TimeSpan cut)
    {
        var pairs = Longest(before, first, after, count);
        (int From, int To) run = (0, 0);
        for (var from = 0; from < pairs.Count;)
        {
            var to = from + 1;
            while (to < pairs.Count && pairs[to].One == pairs[to - 1].One + 1 && pairs[to].Other == pairs[to - 1].Other + 1) to++;
            if (to - from > run.To - run.From) run = (from, to);
            from = to;
        }

        return run.To == 0 ? null : pairs[run.From..run.To].MinBy(pair => (before[pair.One].Middle - cut).Duration());
    }

    /// <summary>The longest common subsequence of the words, where words are the same only near in time.</summary>
    private static List<(int One, int Other)> Longest(List<HeardWord> before, int first, List<HeardWord> after, int count)
    {
        var rows = before.Count - first;
        var best = new int[rows + 1, count + 1];
        for (var i = rows - 1; i >= 0; i--)
            for (var j = count - 1; j >= 0; j--)
                best[i, j] = before[first + i].IsSameAs(after[j]) ? best[i + 1, j + 1] + 1 : Math.Max(best[i + 1, j], best[i, j + 1]);

        List<(int, int)> pairs = [];
        for (int i = 0, j = 0; i < rows && j < count;)
        {
            if (before[first + i].IsSameAs(after[j])) pairs.Add((first + i++, j++));
            else if (best[i + 1, j] >= best[i, j + 1]) i++;
            else j++;
        }

        return pairs;
    }

    private static List<HeardWord> Words(IReadOnlyList<TranscriptLine> lines, TimeSpan from)
    {
        var first = lines.Count;
        while (first > 0 && lines[first - 1].End > from) first--;
        List<HeardWord> words = [];
        for (var line = first; line < lines.Count; line++)
        {
            var place = 0;
            foreach (var word in TimedWord.Of(new SpokenSegment(lines[line], Speaker: null), line))
                words.Add(new HeardWord(Loop.Plain(word.Text.ToString()), word.Start, word.End, line, place++));
        }

        return words;
    }

    private static void Trim(List<TranscriptLine> said, List<HeardWord> words, int keep)
    {
        if (keep == words.Count) return;
        var (line, place) = (words[keep].Line, words[keep].Place);
        var kept = place > 0 ? Part(said[line], 0, place) : null;
        said.RemoveRange(line, said.Count - line);
        if (kept is not null) said.Add(kept);
    }

    private static IReadOnlyList<TranscriptLine> Rest(IReadOnlyList<TranscriptLine> lines, List<HeardWord> words, int skip)
    {
        if (skip == words.Count) return [];
        var (line, place) = (words[skip].Line, words[skip].Place);
        return [place > 0 ? Part(lines[line], place, int.MaxValue) : lines[line], .. lines.Skip(line + 1)];
    }

    /// <summary>Some words of a line, as a line.</summary>
    private static TranscriptLine Part(TranscriptLine line, int from, int to)
    {
        List<TimedWord> words = [.. TimedWord.Of(new SpokenSegment(line, Speaker: null), 0)];
        to = Math.Min(to, words.Count);
        return line with
        {
            Text = string.Join(' ', words[from..to].Select(word => word.Text.ToString())),
            Start = words[from].Start,
            End = words[to - 1].End,
            Words = line.Words is { } times && times.Count == words.Count ? [.. times.Skip(from).Take(to - from)] : null,
            Estimated = line.Estimated || line.Words is null,
        };
    }

    /// <summary>A line that does not begin before the one before has ended.</summary>
    private static TranscriptLine After(TranscriptLine line, TimeSpan start) => line with
    {
        Start = start,
        End = line.End > start ? line.End : start,
        Words = line.Words?.Select(word => new WordTime(word.Start > start ? word.Start : start, word.End > start ? word.End : start)).ToArray(),
    };

    private readonly record struct HeardWord(string Plain, TimeSpan Start, TimeSpan End, int Line, int Place)
    {
        public TimeSpan Middle => (Start + End) / 2;

        public bool IsSameAs(HeardWord other) => Plain.Length > 0 && Plain == other.Plain && (Middle - other.Middle).Duration() <= Apart;
    }
}
