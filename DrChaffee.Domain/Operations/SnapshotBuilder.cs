namespace DrChaffee.Domain.Operations;

/// <summary>Adds events up to a picture. Pure: the same events give the same picture, however many at a time they come, and from whichever run of the last twenty on.</summary>
internal sealed class SnapshotBuilder
{
    /// <summary>What ended in so many runs, the latest in which anything ended, may stand among what ended lately.</summary>
    public const int RunsKept = 20;

    private static readonly TimeSpan StalledAfter = TimeSpan.FromMinutes(2);

    private readonly Dictionary<Guid, RunHistory> _runs = [];

    public long LastEventId { get; private set; }

    public void Apply(IEnumerable<IngestionEvent> events)
    {
        foreach (var happened in events) Apply(happened);
    }

    public IngestionSnapshot Picture(DateTimeOffset now)
    {
        List<RunHistory> shown = [.. _runs.Values.Where(run => run.IsShown(now))];
        List<RunHistory> goOn = [.. shown.Where(run => run.FinishedAt is null)];
        return new IngestionSnapshot(
            LastEventId,
            [.. shown.OrderByDescending(run => run.StartedAt).ThenByDescending(run => run.FirstEventId).Select(run => run.Progress(now))],
            [.. Enum.GetValues<Stage>().Select(stage => Load(stage, goOn, now))],
            [.. goOn.SelectMany(run => run.Active.Values).OrderBy(source => source.StartedAt).ThenBy(source => source.SourceKey, StringComparer.Ordinal)],
            [.. Latest().Union(shown).SelectMany(run => run.Recent).OrderByDescending(ended => ended.EventId).DistinctBy(ended => ended.Source).Take(RunHistory.MostRecent).Select(ended => ended.Progress)]);
    }

    private void Apply(IngestionEvent happened)
    {
        if (happened.Id <= LastEventId) return;
        LastEventId = happened.Id;
        if (!_runs.TryGetValue(happened.RunId, out var run))
        {
            if (happened.Kind == IngestionEventKind.RunStarted) Begin(happened);
            return; // of a run that began too long ago
        }

        run.Apply(happened);
        if (happened.Kind == IngestionEventKind.Skipped || SourceIdentity.Of(happened) is not { } source) return;
        foreach (var other in _runs.Values.Where(other => other != run)) other.LetGo(source, happened.At);
    }

    private void Begin(IngestionEvent started)
    {
        _runs[started.RunId] = new RunHistory(started);
        foreach (var (id, old) in _runs.Where(run => !run.Value.IsShown(started.At)).ExceptBy(Latest(), run => run.Value).ToList()) _runs.Remove(id);
    }

    private IEnumerable<RunHistory> Latest() => _runs.Values.Where(run => run.Recent.Count > 0).OrderByDescending(run => run.FirstEventId).Take(RunsKept);

    private static StageLoad Load(Stage stage, List<RunHistory> runs, DateTimeOffset now)
    {
        if (runs.Count == 0) return new StageLoad(stage, StageCondition.Idle, 0, 0, 0);
        var elapsed = now - runs.Min(run => run.StartedAt);
        var busy = StageClock.Total(runs.Select(run => run.Clock(stage)), now);
        var working = runs.Sum(run => run.Clock(stage).InHand);
        var waiting = runs.Sum(run => run.Active.Values.Count(source => source.StageStartedAt is null && source.Stage + 1 == stage));
        return new StageLoad(
            stage, Condition(stage, working, runs, now), working, stage == Stage.Fetch ? waiting + runs.Sum(run => run.Pending) : waiting,
            elapsed > TimeSpan.Zero ? Math.Clamp(busy / elapsed, 0, 1) : 0);
    }

    private static StageCondition Condition(Stage stage, int working, List<RunHistory> runs, DateTimeOffset now)
    {
        if (working == 0) return stage == Stage.Discover ? StageCondition.Idle : StageCondition.Starved;
        var movedAt = stage == Stage.Discover
            ? runs.Where(run => run.Clock(stage).InHand > 0).Min(run => run.LastAt)
            : runs.SelectMany(run => run.Active.Values).Where(source => source.Stage == stage && source.StageStartedAt is not null).Min(source => source.UpdatedAt);
        return now - movedAt > StalledAfter ? StageCondition.Stalled : StageCondition.Busy;
    }
}
