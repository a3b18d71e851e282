using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>Adds up how long each stage had each source in hand.</summary>
internal sealed class StageClock : IProgress<RunUpdate>
{
    private readonly Dictionary<(string Source, Stage Stage), DateTimeOffset> _begun = [];
    private readonly Dictionary<Stage, TimeSpan> _taken = [];
    private readonly Lock _gate = new();

    public TimeSpan this[Stage stage]
    {
        get { lock (_gate) return _taken.GetValueOrDefault(stage); }
    }

    public void Report(RunUpdate value)
    {
        if (value.Event is not { SourceKey: { } source, Stage: { } stage } happened) return;
        lock (_gate)
        {
            if (happened.Kind == IngestionEventKind.StageStarted) _begun[(source, stage)] = happened.At;
            else if (happened.Kind == IngestionEventKind.StageFinished && _begun.Remove((source, stage), out var begun)) _taken[stage] = _taken.GetValueOrDefault(stage) + (happened.At - begun);
        }
    }
}
