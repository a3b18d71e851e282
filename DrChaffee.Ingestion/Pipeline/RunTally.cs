using DrChaffee.Domain.Operations;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Counts what becomes of a run's sources, from whichever stage tells.</summary>
internal sealed class RunTally
{
    private readonly Lock _gate = new();
    private readonly List<FailedSource> _failures = [];
    private RunCounts _counts = new(0, 0, 0, 0, 0);
    private TimeSpan _audio;

    public RunCounts Counts
    {
        get { lock (_gate) return _counts; }
    }

    public RunCounts Found(int sources)
    {
        lock (_gate) return _counts = _counts with { Found = sources };
    }

    public RunCounts Ended(IngestionEventKind kind, TimeSpan? duration = null, FailedSource? failure = null)
    {
        lock (_gate)
        {
            if (kind == IngestionEventKind.Done) _audio += duration ?? TimeSpan.Zero;
            if (failure is not null) _failures.Add(failure);
            return _counts = kind switch
            {
                IngestionEventKind.Done => _counts with { Done = _counts.Done + 1 },
                IngestionEventKind.Failed => _counts with { Failed = _counts.Failed + 1 },
                IngestionEventKind.Waiting => _counts with { Waiting = _counts.Waiting + 1 },
                IngestionEventKind.Skipped => _counts with { Skipped = _counts.Skipped + 1 },
                _ => _counts,
            };
        }
    }

    public IngestionReport Report(Guid runId, TimeSpan took, IReadOnlyList<string> planned)
    {
        lock (_gate) return new IngestionReport(runId, _counts, [.. _failures], _audio, took, planned);
    }
}
