using System.Diagnostics;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Telemetry;

/// <summary>One recording in one stage: a span that names it, and its time by how it ended.</summary>
internal sealed class StageVisit(IngestionMeter meter, Stage stage, string sourceKey, TimeProvider time) : IDisposable
{
    private readonly Activity? _span = IngestionMeter.Spans.StartActivity($"ingest {SnakeCase.Name(stage)}")?.SetTag("drchaffee.source.key", sourceKey);
    private readonly long _started = time.GetTimestamp();
    private string _outcome = "stopped";

    /// <summary>One of a few words; a visit that is not told how it ended was stopped.</summary>
    public void Ended(string outcome) => _outcome = outcome;

    public void Failed(FailureClass failureClass)
    {
        _outcome = "failed";
        _span?.SetTag("error.type", SnakeCase.Name(failureClass)).SetStatus(ActivityStatusCode.Error);
        meter.Fail(stage, failureClass);
    }

    public void Dispose()
    {
        _span?.SetTag("ingestion.outcome", _outcome).Dispose();
        meter.Left(stage, _outcome, time.GetElapsedTime(_started));
    }
}
