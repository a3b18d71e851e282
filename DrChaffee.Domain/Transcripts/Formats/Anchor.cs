namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>A time that the file states for the word at a position.</summary>
internal readonly record struct Anchor(int Word, TimeSpan Time)
{
    public static TimeSpan Latest(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>
    /// The most anchors that agree with each other: time never runs back and leaves each word its shortest length. One mistyped
    /// stamp far ahead therefore loses against all that follow it.
    /// </summary>
    public static List<Anchor> KeepConsistent(IReadOnlyList<Anchor> anchors, TimeSpan shortestWord)
    {
        // Patience sorting for the longest run that never falls; what must not fall is the time less the least that the words before need.
        var tails = new List<int>();
        var previous = new int[anchors.Count];
        for (var i = 0; i < anchors.Count; i++)
        {
            var slack = Slack(anchors[i]);
            if (slack < TimeSpan.Zero)
                continue;
            var (low, high) = (0, tails.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Slack(anchors[tails[middle]]) <= slack)
                    low = middle + 1;
                else
                    high = middle;
            }

            previous[i] = low > 0 ? tails[low - 1] : -1;
            if (low == tails.Count)
                tails.Add(i);
            else
                tails[low] = i;
        }

        var kept = new List<Anchor>(tails.Count);
        for (var i = tails.Count > 0 ? tails[^1] : -1; i >= 0; i = previous[i])
            kept.Add(anchors[i]);
        kept.Reverse();
        return kept;

        TimeSpan Slack(Anchor anchor) => anchor.Time - (shortestWord * anchor.Word);
    }
}
