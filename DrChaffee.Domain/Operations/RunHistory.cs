using DrChaffee.Domain.Sources;

namespace DrChaffee.Domain.Operations;

/// <summary>What the events of one run add up to.</summary>
internal sealed class RunHistory
{
    public const int MostRecent = 50;
    private static readonly TimeSpan ShownAfterItsEnd = TimeSpan.FromMinutes(10);

    /// <summary>A run that says nothing for so long was killed: whatever it works on reports every second.</summary>
    public static readonly TimeSpan Silent = TimeSpan.FromMinutes(15);

    /// <summary>The kinds of events that put a source among what ended lately. One that was passed by stands as it did before.</summary>
    public static readonly IngestionEventKind[] Endings = [IngestionEventKind.Done, IngestionEventKind.Failed, IngestionEventKind.Waiting];

    private readonly Guid _id;
    private readonly string _title;
    private readonly Dictionary<SourceIdentity, SourceProgress> _active = [];
    private readonly Dictionary<SourceIdentity, IngestionEventKind> _endings = [];
    private readonly HashSet<SourceIdentity> _begun = [];
    private readonly HashSet<SourceIdentity> _ended = [];
    private readonly List<EndedSource> _recent = []; // each source once, the latest last
    private readonly StageClock[] _clocks = [.. Enum.GetValues<Stage>().Select(_ => new StageClock())];
    private readonly int[] _counts = new int[Enum.GetValues<IngestionEventKind>().Length];
    private bool _looking = true;
    private DateTimeOffset _lastEndAt;
    private string? _ending;
    private int? _planned;
    private TimeSpan? _plannedDuration;
    private TimeSpan _audio;

    public RunHistory(IngestionEvent started)
    {
        (_id, _title, FirstEventId, StartedAt, LastAt) = (started.RunId, started.Message ?? "", started.Id, started.At, started.At);
        _clocks[(int)Stage.Discover].Enter(started.At);
    }

    public long FirstEventId { get; }

    public DateTimeOffset StartedAt { get; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public IReadOnlyDictionary<SourceIdentity, SourceProgress> Active => _active;

    public IReadOnlyList<EndedSource> Recent => _recent;

    public DateTimeOffset LastAt { get; private set; }

    /// <summary>How many recordings of its plan it has not come to yet.</summary>
    public int Pending => FinishedAt is null ? Math.Max(0, (_planned ?? 0) - _begun.Count) : 0;

    public StageClock Clock(Stage stage) => _clocks[(int)stage];

    public bool IsShown(DateTimeOffset now) => FinishedAt is { } finished ? now - finished < ShownAfterItsEnd : now - LastAt < Silent;

    public void Apply(IngestionEvent happened)
    {
        if (FinishedAt is not null) return;
        LastAt = happened.At;
        if (_looking && happened.Kind is (IngestionEventKind.Planned or IngestionEventKind.Discovered))
        {
            _looking = false;
            Clock(Stage.Discover).Leave(happened.At);
        }

        switch (happened.Kind)
        {
            case IngestionEventKind.RunFinished:
                (FinishedAt, _ending) = (happened.At, happened.Message);
                _active.Clear();
                break;
            case IngestionEventKind.Planned:
                (_planned, _plannedDuration) = (happened.Recordings, happened.Duration);
                _ended.Clear(); // what ended before was only passed by
                break;
            default:
                if (SourceIdentity.Of(happened) is { } source) Apply(happened, source);
                break;
        }
    }

    /// <summary>Another run has the source now.</summary>
    public void LetGo(SourceIdentity source, DateTimeOffset at)
    {
        if (_active.Remove(source, out var before)) LeaveStage(before, at);
    }

    public RunProgress Progress(DateTimeOffset now)
    {
        var (done, failed, waiting, skipped) = (_counts[(int)IngestionEventKind.Done], _counts[(int)IngestionEventKind.Failed], _counts[(int)IngestionEventKind.Waiting], _counts[(int)IngestionEventKind.Skipped]);
        var took = (FinishedAt ?? now) - StartedAt;
        var state = (FinishedAt, _ending) switch
        {
            (null, _) => RunState.Running,
            (_, null) => RunState.Finished,
            (_, IngestionEvent.Stopped) => RunState.Stopped,
            _ => RunState.Failed,
        };
        return new RunProgress(
            _id, _title, state, state == RunState.Failed ? _ending : null, StartedAt, FinishedAt, _planned, _plannedDuration, _ended.Count,
            done + failed + waiting + skipped + _active.Count + Pending, done, failed, waiting, skipped, _audio,
            _audio > TimeSpan.Zero && took > TimeSpan.Zero ? _audio / took : null, state == RunState.Running ? SecondsLeft(now) : null);
    }

    /// <summary>At the pace that it kept until the last source ended; by hours where the plan knows them, by recordings where it does not.</summary>
    private double? SecondsLeft(DateTimeOffset now)
    {
        if (_planned is not { } planned || _ended.Count == 0 || _ended.Count >= planned) return null;
        var share = _plannedDuration is { } all && all > _audio && _audio > TimeSpan.Zero ? _audio / all : (double)_ended.Count / planned;
        var left = (_lastEndAt - StartedAt) * ((1 - share) / share) - (now - _lastEndAt);
        return left > TimeSpan.Zero ? Math.Round(left.TotalSeconds) : null;
    }

    private void Apply(IngestionEvent happened, SourceIdentity source)
    {
        var before = _active.GetValueOrDefault(source);
        if (happened.Kind == IngestionEventKind.Progress && (before?.StageStartedAt is null || before.Stage != happened.Stage)) return; // it comes late
        if (happened.Kind != IngestionEventKind.Progress && before is not null) LeaveStage(before, happened.At);
        if (_planned is not null) _begun.Add(source);
        if (happened.Kind == IngestionEventKind.Skipped)
        {
            _active.Remove(source);
            End(happened, source);
            return;
        }

        var now = Next(happened, before);
        if (now.State == SourceState.Working)
        {
            if (happened.Kind == IngestionEventKind.StageStarted) Clock(now.Stage).Enter(happened.At);
            _ended.Remove(source);
            _active[source] = now;
            return;
        }

        _active.Remove(source);
        End(happened, source);
        _recent.RemoveAll(entry => entry.Source == source);
        _recent.Add(new EndedSource(happened.Id, source, now));
        if (_recent.Count > MostRecent) _recent.RemoveAt(0);
    }

    private static SourceProgress Next(IngestionEvent happened, SourceProgress? before)
    {
        var stage = happened.Stage ?? before?.Stage ?? Stage.Discover;
        var duration = happened.Duration ?? before?.Duration;
        var entered = happened.Kind switch { IngestionEventKind.StageStarted => happened.At, IngestionEventKind.Progress => before?.StageStartedAt, _ => null };
        var progress = happened.Kind switch { IngestionEventKind.Progress => happened.Progress, IngestionEventKind.StageFinished => 1, _ => null };
        double? speed = null, left = null;
        if (progress is { } share and > 0 && happened.At - entered is { } took && took > TimeSpan.Zero)
            (speed, left) = (share * duration / took, Math.Round(took.TotalSeconds * (1 - share) / share, 1));
        return new SourceProgress(
            happened.SourceKey ?? "", happened.Title ?? before?.Title ?? happened.SourceKey ?? "", StateAfter(happened.Kind), stage, entered, progress, speed, left,
            happened.Message, duration, before?.StartedAt ?? happened.At, happened.At);
    }

    /// <summary>A source that ends a second time, because it was tried again, counts by its last ending.</summary>
    private void End(IngestionEvent happened, SourceIdentity source)
    {
        _lastEndAt = happened.At;
        if (_planned is not null || happened.Kind != IngestionEventKind.Skipped) _ended.Add(source);
        if (happened.Kind == IngestionEventKind.Done) _audio += happened.Duration ?? TimeSpan.Zero;
        if (source.Key.Length > 0)
        {
            if (happened.Kind != IngestionEventKind.Skipped && _endings.TryGetValue(source, out var before) && before != IngestionEventKind.Done) _counts[(int)before]--;
            _endings[source] = happened.Kind;
        }

        _counts[(int)happened.Kind]++;
    }

    private void LeaveStage(SourceProgress source, DateTimeOffset at)
    {
        if (source.StageStartedAt is not null) Clock(source.Stage).Leave(at);
    }

    private static SourceState StateAfter(IngestionEventKind kind) => kind switch
    {
        IngestionEventKind.Waiting => SourceState.Waiting,
        IngestionEventKind.Failed => SourceState.Failed,
        IngestionEventKind.Done => SourceState.Done,
        _ => SourceState.Working,
    };
}

/// <summary>A source by its key; one that has none, such as a copy of another, by its title.</summary>
internal readonly record struct SourceIdentity(string Key, string Title)
{
    public static SourceIdentity? Of(IngestionEvent happened) =>
        happened.SourceKey is { } key ? new SourceIdentity(key, key.Length > 0 ? "" : happened.Title ?? "") : null;
}

/// <summary>How a source ended, and by which event.</summary>
internal sealed record EndedSource(long EventId, SourceIdentity Source, SourceProgress Progress);
