using System.Diagnostics;
using System.Diagnostics.Metrics;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Telemetry;

namespace DrChaffee.Ingestion.Telemetry;

/// <summary>Measures what this process takes in, and tells how the queue of all processes stands; docs/operations.md names every figure.</summary>
internal sealed class IngestionMeter : IStoredFigures
{
    private const string Name = "DrChaffee.Ingestion";
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);
    private static readonly InstrumentAdvice<double> Slow = new() { HistogramBucketBoundaries = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 10800] };

    private readonly TimeProvider _time;
    private readonly LastKnown<QueueFigures> _queue;
    private readonly Histogram<double> _stages;
    private readonly Counter<long> _failures;
    private readonly Counter<double> _transcribed;

    public IngestionMeter(IMeterFactory meters, QueueCount queue, DatabaseState database, TimeProvider time)
    {
        (_time, _queue) = (time, new LastKnown<QueueFigures>(Lifetime, database, time, queue.ReadAsync));
        var meter = meters.Create(Name);
        _stages = meter.CreateHistogram("drchaffee.ingestion.stage.duration", "s", "How long recordings were in each stage, by how that ended.", tags: null, Slow);
        _failures = meter.CreateCounter<long>("drchaffee.ingestion.failures", "{failure}", "Failures of recordings, by stage and class.");
        _transcribed = meter.CreateCounter<double>("drchaffee.transcription.audio", "s", "Length of what was written down, by engine.");
        meter.CreateObservableGauge("drchaffee.queue.recordings", Waiting, "{recording}", "Recordings that wait: ready to be begun, later, or set aside.");
        meter.CreateObservableGauge("drchaffee.queue.audio", () => _queue.Tell<double>(queue => queue.ReadyAudio.TotalSeconds), "s", "Length of the recordings that are ready to be begun.");
        meter.CreateObservableGauge("drchaffee.recordings.failed", Failed, "{recording}", "Recordings that failed and were not set aside, by class.");
        meter.CreateObservableGauge("drchaffee.ingestion.pace", () => _queue.Tell(queue => queue.Pace), unit: null, "Times real time over the last hours; absent while little was done.");
        meter.CreateObservableGauge("drchaffee.ingestion.paused", () => _queue.Tell<int>(queue => queue.Paused ? 1 : 0), unit: null, "1 while an admin has paused everything, otherwise 0.");
        meter.CreateObservableGauge("drchaffee.hosts.open", () => _queue.Tell<int>(queue => queue.OpenHosts), "{host}", "Hosts that are left alone for now, because they refused or failed.");
    }

    /// <summary>Of runs and of each recording's stages.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>A recording comes into a stage, until what this returns is disposed of.</summary>
    public StageVisit Enter(Stage stage, string sourceKey) => new(this, stage, sourceKey, _time);

    public void Left(Stage stage, string outcome, TimeSpan took) =>
        _stages.Record(took.TotalSeconds, new KeyValuePair<string, object?>("ingestion.stage", SnakeCase.Name(stage)), new KeyValuePair<string, object?>("ingestion.outcome", outcome));

    public void Fail(Stage stage, FailureClass failureClass) =>
        _failures.Add(1, new KeyValuePair<string, object?>("ingestion.stage", SnakeCase.Name(stage)), new KeyValuePair<string, object?>("failure.class", SnakeCase.Name(failureClass)));

    public void Transcribed(string engine, TimeSpan audio) => _transcribed.Add(audio.TotalSeconds, new KeyValuePair<string, object?>("transcription.engine", engine));

    public Task RefreshAsync() => _queue.RefreshAsync();

    private IEnumerable<Measurement<long>> Waiting() => _queue.Value is { } queue ? [In("ready", queue.Ready), In("later", queue.Later), In("set_aside", queue.SetAside)] : [];

    private IEnumerable<Measurement<int>> Failed() =>
        _queue.Value?.Failed.Select(failed => new Measurement<int>(failed.Value, new KeyValuePair<string, object?>("failure.class", SnakeCase.Name(failed.Key)))) ?? [];

    private static Measurement<long> In(string place, long recordings) => new(recordings, new KeyValuePair<string, object?>("queue.place", place));
}
