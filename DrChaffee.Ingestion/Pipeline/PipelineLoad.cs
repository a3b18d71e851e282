using DrChaffee.Domain.Operations;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>How a stage fares.</summary>
public enum StageCondition
{
    /// <summary>No run is under way in this process.</summary>
    Idle,
    Busy,

    /// <summary>A run is under way, and the stages before have nothing for this one.</summary>
    Starved,

    /// <summary>It has work and has not moved for two minutes.</summary>
    Stalled,
}

/// <summary>One stage of this process at a moment.</summary>
/// <param name="Working">How many sources it has in hand.</param>
/// <param name="BusyShare">Share of the run's time so far in which it had any, 0 to 1.</param>
/// <param name="Still">How long ago the source that is stuck the longest last moved; null where it has none.</param>
public sealed record StageLoad(Stage Stage, StageCondition Condition, int Working, double BusyShare, TimeSpan? Still);

/// <summary>Knows what the stages of this process do now: which is the bottleneck, which has nothing to do, which is stuck.</summary>
public sealed class PipelineLoad(TimeProvider time)
{
    private static readonly TimeSpan StalledAfter = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<Stage, Gauge> _gauges = Enum.GetValues<Stage>().Skip(1).ToDictionary(stage => stage, _ => new Gauge());
    private int _runs;
    private long _runStarted;

    public IReadOnlyList<StageLoad> Snapshot()
    {
        lock (_gate)
        {
            var elapsed = _runs > 0 ? time.GetElapsedTime(_runStarted) : TimeSpan.Zero;
            return [.. _gauges.Select(gauge => Describe(gauge.Key, gauge.Value, elapsed))];
        }
    }

    internal IDisposable StartRun()
    {
        lock (_gate)
        {
            if (_runs++ == 0)
            {
                _runStarted = time.GetTimestamp();
                foreach (var gauge in _gauges.Values) gauge.Busy = TimeSpan.Zero;
            }
        }

        return new Ending(() =>
        {
            lock (_gate) _runs--;
        });
    }

    internal IDisposable Enter(Stage stage, StallWatch watch)
    {
        lock (_gate)
        {
            var gauge = _gauges[stage];
            if (gauge.Watches.Count == 0) gauge.Since = time.GetTimestamp();
            gauge.Watches.Add(watch);
        }

        return new Ending(() =>
        {
            lock (_gate)
            {
                var gauge = _gauges[stage];
                gauge.Watches.Remove(watch);
                if (gauge.Watches.Count == 0) gauge.Busy += time.GetElapsedTime(gauge.Since);
            }
        });
    }

    private StageLoad Describe(Stage stage, Gauge gauge, TimeSpan elapsed)
    {
        var working = gauge.Watches.Count;
        var busy = gauge.Busy + (working > 0 ? time.GetElapsedTime(gauge.Since) : TimeSpan.Zero);
        var still = working > 0 ? gauge.Watches.Max(watch => watch.Still) : (TimeSpan?)null;
        var condition = (working, _runs) switch
        {
            ( > 0, _) => still > StalledAfter ? StageCondition.Stalled : StageCondition.Busy,
            (_, 0) => StageCondition.Idle,
            _ => StageCondition.Starved,
        };
        return new StageLoad(stage, condition, working, elapsed > TimeSpan.Zero ? Math.Min(1, busy / elapsed) : 0, still);
    }

    private sealed class Gauge
    {
        public HashSet<StallWatch> Watches { get; } = [];

        public TimeSpan Busy { get; set; }

        public long Since { get; set; }
    }

    private sealed class Ending(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
