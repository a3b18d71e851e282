using DrChaffee.Domain.Sources;

namespace DrChaffee.Domain.Operations;

/// <summary>Adds events up to a picture. Pure: the same events give the same picture, however many at a time they come.</summary>
internal sealed class SnapshotBuilder
{
    private const int MostRecent = 50;
    private static readonly TimeSpan ShownAfterItsEnd = TimeSpan.FromMinutes(10);

    /// <summary>A run that says nothing for so long was killed: whatever it works on reports every second.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(15);

    private readonly Dictionary<Guid, Run> _runs = [];
    private readonly Dictionary<Identity, Worked> _active = [];
    private readonly List<(Identity Source, SourceProgress Ended)> _recent = []; // each source once, the latest last

    public long LastEventId { get; private set; }

    public void Apply(IEnumerable<IngestionEvent> events)
    {
        foreach (var happened in events) Apply(happened);
    }

    public IngestionSnapshot Picture(DateTimeOffset now)
    {
        var runs = _runs.Values.Where(run => now - (run.FinishedAt ?? run.LastAt) < (run.FinishedAt is null ? Silent : ShownAfterItsEnd)).ToList();
        var shown = runs.Select(run => run.Id).ToHashSet();
        var active = _active.Values.Where(worked => shown.Contains(worked.RunId)).ToList();
        return new IngestionSnapshot(
            LastEventId,
            [.. runs.OrderByDescending(run => run.StartedAt).ThenBy(run => run.Id).Select(run => run.Progress(active.Count(worked => worked.RunId == run.Id)))],
            [.. active.Select(worked => worked.Source).OrderBy(source => source.StartedAt).ThenBy(source => source.SourceKey, StringComparer.Ordinal)],
            [.. Enumerable.Reverse(_recent).Select(entry => entry.Ended)]);
    }

    private void Apply(IngestionEvent happened)
    {
        if (happened.Id <= LastEventId) return;
        LastEventId = happened.Id;
        if (!_runs.TryGetValue(happened.RunId, out var run)) _runs[happened.RunId] = run = new Run(happened.RunId, happened.At);
        run.LastAt = happened.At;
        switch (happened.Kind)
        {
            case IngestionEventKind.RunStarted:
                run.Title = happened.Message ?? run.Title;
                break;
            case IngestionEventKind.RunFinished:
                run.FinishedAt = happened.At;
                foreach (var (source, worked) in _active.ToList())
                {
                    if (worked.RunId == run.Id) _active.Remove(source);
                }

                break;
            default:
                if (happened.SourceKey is { } key) Apply(happened, key, run);
                break;
        }
    }

    private void Apply(IngestionEvent happened, string key, Run run)
    {
        var identity = new Identity(key, key.Length > 0 ? "" : happened.Title ?? "");
        var before = _active.GetValueOrDefault(identity)?.Source;
        var now = new SourceProgress(
            key, happened.Title ?? before?.Title ?? key, StateAfter(happened.Kind), happened.Stage ?? before?.Stage ?? Stage.Discover,
            happened.Kind switch { IngestionEventKind.Progress => happened.Progress, IngestionEventKind.StageFinished => 1, _ => null },
            happened.Message, happened.Duration ?? before?.Duration, before?.StartedAt ?? happened.At, happened.At);
        if (now.State == SourceState.Working)
        {
            _active[identity] = new Worked(run.Id, now);
            return;
        }

        _active.Remove(identity);
        run.Count(happened.Kind);
        _recent.RemoveAll(entry => entry.Source == identity);
        _recent.Add((identity, now));
        if (_recent.Count > MostRecent) _recent.RemoveAt(0);
    }

    private static SourceState StateAfter(IngestionEventKind kind) => kind switch
    {
        IngestionEventKind.Waiting => SourceState.Waiting,
        IngestionEventKind.Failed => SourceState.Failed,
        IngestionEventKind.Done or IngestionEventKind.Skipped => SourceState.Done,
        _ => SourceState.Working,
    };

    /// <summary>A source by its key; one that has none, such as a copy of another, by its title.</summary>
    private readonly record struct Identity(string Key, string Title);

    private sealed record Worked(Guid RunId, SourceProgress Source);

    private sealed class Run(Guid id, DateTimeOffset startedAt)
    {
        private int _done, _failed, _waiting, _skipped;

        public Guid Id => id;

        public string Title { get; set; } = "";

        public DateTimeOffset StartedAt => startedAt;

        public DateTimeOffset LastAt { get; set; }

        public DateTimeOffset? FinishedAt { get; set; }

        public void Count(IngestionEventKind kind)
        {
            switch (kind)
            {
                case IngestionEventKind.Done: _done++; break;
                case IngestionEventKind.Failed: _failed++; break;
                case IngestionEventKind.Waiting: _waiting++; break;
                case IngestionEventKind.Skipped: _skipped++; break;
            }
        }

        public RunProgress Progress(int active) =>
            new(id, Title, startedAt, FinishedAt, _done + _failed + _waiting + _skipped + active, _done, _failed, _waiting, _skipped);
    }
}
