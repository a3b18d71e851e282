namespace DrChaffee.Benchmarks.Search;

/// <summary>Times of many like things, in milliseconds.</summary>
internal sealed class Latency
{
    private readonly List<double> _times = [];
    private bool _sorted;

    public double Worst => At(1);

    public void Add(TimeSpan time)
    {
        _times.Add(time.TotalMilliseconds);
        _sorted = false;
    }

    public void AddRange(IEnumerable<TimeSpan> times)
    {
        foreach (var time in times) Add(time);
    }

    /// <summary>The time within which this share of them ended (nearest rank), 0 to 1.</summary>
    public double At(double share)
    {
        if (_times.Count == 0) return 0;
        if (!_sorted) _times.Sort();
        _sorted = true;
        return Math.Round(_times[Math.Clamp((int)Math.Ceiling(share * _times.Count) - 1, 0, _times.Count - 1)], 2);
    }
}
