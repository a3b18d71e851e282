namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Says when the words between sparse stamps were spoken, by counting words.</summary>
internal sealed class StampClock
{
    private static readonly TimeSpan ShortestWord = TimeSpan.FromMilliseconds(60);

    // Slower than this nobody talks: the rest of the stretch was music or silence.
    private static readonly TimeSpan LongestWord = TimeSpan.FromSeconds(2);

    private readonly List<Knot> _knots = [];
    private readonly SpeechRate _rate;

    public StampClock(IReadOnlyList<Anchor> stamps, int words)
    {
        // The talk begins at zero, unless the first word is stamped.
        _knots.Add(new Knot(0, TimeSpan.Zero, TimeSpan.Zero, Known: false));
        foreach (var stamp in Anchor.KeepConsistent(stamps, ShortestWord))
        {
            if (_knots[^1].Word == stamp.Word)
                _knots[^1] = _knots[^1] with { Leave = stamp.Time, Known = true };
            else
                _knots.Add(Reach(stamp));
        }

        var spoken = TimeSpan.Zero;
        for (var i = 1; i < _knots.Count; i++)
            spoken += _knots[i].Arrive - _knots[i - 1].Leave;
        _rate = SpeechRate.Measure(Math.Min(_knots[^1].Word, words), spoken);
    }

    /// <summary>When the word at this position begins.</summary>
    public TimeSpan Leave(int word, out bool known)
    {
        var knot = KnotAt(word);
        known = _knots[knot].Word == word && _knots[knot].Known;
        return _knots[knot].Word == word ? _knots[knot].Leave : Between(knot, word);
    }

    /// <summary>When the word before this position ends.</summary>
    public TimeSpan Arrive(int word, out bool known)
    {
        var knot = KnotAt(word);
        known = _knots[knot].Word == word && _knots[knot].Known && !_knots[knot].Early;
        return _knots[knot].Word == word ? _knots[knot].Arrive : Between(knot, word);
    }

    private Knot Reach(Anchor stamp)
    {
        var previous = _knots[^1];
        var latest = previous.Leave + (LongestWord * (stamp.Word - previous.Word));
        return latest < stamp.Time
            ? new Knot(stamp.Word, latest, stamp.Time, Known: true) { Early = true }
            : new Knot(stamp.Word, stamp.Time, stamp.Time, Known: true);
    }

    private TimeSpan Between(int knot, int word)
    {
        var from = _knots[knot];
        if (knot == _knots.Count - 1)
            return from.Leave + _rate.TimeFor(word - from.Word);
        var to = _knots[knot + 1];
        var milliseconds = (to.Arrive - from.Leave).TotalMilliseconds * (word - from.Word) / (to.Word - from.Word);
        return from.Leave + TimeSpan.FromMilliseconds(Math.Round(milliseconds));
    }

    private int KnotAt(int word)
    {
        var (low, high) = (0, _knots.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_knots[middle].Word <= word)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>A word with a stamp: when the words before it were over, and when it begins. Between the two nobody spoke.</summary>
    private readonly record struct Knot(int Word, TimeSpan Arrive, TimeSpan Leave, bool Known)
    {
        /// <summary>True where the arrival was cut short of the stamp and so is an estimate.</summary>
        public bool Early { get; init; }
    }
}
