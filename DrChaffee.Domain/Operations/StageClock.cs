namespace DrChaffee.Domain.Operations;

/// <summary>When one stage of one run had sources in hand.</summary>
internal sealed class StageClock
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _busy = [];
    private DateTimeOffset _since;

    public int InHand { get; private set; }

    /// <summary>The time in which at least one of these had anything in hand, counted once.</summary>
    public static TimeSpan Total(IEnumerable<StageClock> clocks, DateTimeOffset now)
    {
        var (total, reached) = (TimeSpan.Zero, DateTimeOffset.MinValue);
        foreach (var (from, to) in clocks.SelectMany(clock => clock.Spans(now)).OrderBy(span => span.From))
        {
            var begin = from > reached ? from : reached;
            if (to <= begin) continue;
            total += to - begin;
            reached = to;
        }

        return total;
    }

    public void Enter(DateTimeOffset at)
    {
        if (InHand++ == 0) _since = at;
    }

    public void Leave(DateTimeOffset at)
    {
        if (--InHand == 0) _busy.Add((_since, at));
    }

    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Spans(DateTimeOffset now) => InHand > 0 ? _busy.Append((_since, now)) : _busy;
}
