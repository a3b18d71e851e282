using System.Text;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Chunking;

/// <summary>
/// Cuts a transcript into passages that make sense when read alone: about 60 to 120 words, ended where a sentence ends, of one speaker.
/// An interjection such as "Right, right." does not break the speech that it interrupts.
/// </summary>
internal static class PassageChunker
{
    private const int Ideal = 90;
    private const int Reach = 35;
    private const int LongestBackchannel = 3;

    /// <summary>What a cut costs, in words of distance from the ideal place.</summary>
    private const int CutAtClause = 30;
    private const int CutAtSegment = 40;
    private const int CutAnywhere = 60;

    /// <param name="segments">In order; those with a suspect reason are left out.</param>
    public static IReadOnlyList<PassageDraft> Cut(IReadOnlyList<SpokenSegment> segments)
    {
        List<TimedWord> words = [];
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i].SuspectReason is null) words.AddRange(TimedWord.Of(segments[i], i));
        }

        List<PassageDraft> passages = [];
        foreach (var speech in Speeches(words)) CutSpeech(words, speech, passages);
        return passages;
    }

    /// <summary>Stretches of one speaker, with the interjections of others inside them.</summary>
    private static IEnumerable<Speech> Speeches(List<TimedWord> words)
    {
        Speech? current = null;
        foreach (var turn in Turns(words))
        {
            var isBackchannel = turn.To - turn.From <= LongestBackchannel;
            if (current is null)
                current = turn with { Settled = !isBackchannel };
            else if (isBackchannel || turn.Speaker == current.Speaker)
                current = current with { To = turn.To, Settled = current.Settled || !isBackchannel };
            else if (!current.Settled)
                current = turn with { From = current.From, Settled = true }; // only interjections so far: they open this speech
            else
            {
                yield return current;
                current = turn with { Settled = true };
            }
        }

        if (current is not null) yield return current;
    }

    private static IEnumerable<Speech> Turns(List<TimedWord> words)
    {
        for (var from = 0; from < words.Count;)
        {
            var to = from + 1;
            while (to < words.Count && words[to].Speaker == words[from].Speaker) to++;
            yield return new Speech(from, to, words[from].Speaker, Settled: false);
            from = to;
        }
    }

    private static void CutSpeech(List<TimedWord> words, Speech speech, List<PassageDraft> passages)
    {
        var from = speech.From;
        while (from < speech.To)
        {
            var left = speech.To - from;
            var pieces = Math.Max(1, (int)Math.Round((double)left / Ideal, MidpointRounding.AwayFromZero));
            var to = pieces == 1 ? speech.To : BestCut(words, from + left / pieces);
            passages.Add(Passage(words, from, to, speech.Speaker));
            from = to;
        }
    }

    private static int BestCut(List<TimedWord> words, int ideal)
    {
        var (best, lowest) = (ideal, int.MaxValue);
        for (var cut = ideal - Reach; cut <= ideal + Reach; cut++)
        {
            var cost = Math.Abs(cut - ideal) + CostAfter(words, cut - 1);
            if (cost < lowest) (best, lowest) = (cut, cost);
        }

        return best;
    }

    private static int CostAfter(List<TimedWord> words, int last) =>
        words[last].EndsSentence ? 0
        : words[last].EndsClause ? CutAtClause
        : words[last].Segment != words[last + 1].Segment ? CutAtSegment
        : CutAnywhere;

    private static PassageDraft Passage(List<TimedWord> words, int from, int to, SpeakerLabel? speaker)
    {
        var text = new StringBuilder();
        for (var i = from; i < to; i++) text.Append(i == from ? "" : " ").Append(words[i].Text.Span);
        return new PassageDraft(words[from].Start, words[to - 1].End, text.ToString(), SpeakerOf(words[from..to], speaker), words[from].Segment, words[to - 1].Segment);
    }

    /// <summary>The speech's own speaker, unless a long exchange of interjections fills the whole passage.</summary>
    private static SpeakerLabel? SpeakerOf(List<TimedWord> words, SpeakerLabel? speaker) =>
        words.Exists(word => word.Speaker == speaker) ? speaker : words.GroupBy(word => word.Speaker).MaxBy(said => said.Count())!.Key;

    private sealed record Speech(int From, int To, SpeakerLabel? Speaker, bool Settled);
}
