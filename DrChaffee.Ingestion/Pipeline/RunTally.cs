using DrChaffee.Domain.Operations;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Counts what becomes of a run's sources, from whichever stage tells.</summary>
internal sealed class RunTally
{
    private readonly Lock _gate = new();
    private readonly List<FailedSource> _failures = [];
    private readonly Dictionary<string, IngestionEventKind> _endings = new(StringComparer.Ordinal);
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

    /// <summary>A source that another run left was taken up as well.</summary>
    public void FoundAnother(string key)
    {
        lock (_gate)
        {
            if (!_endings.ContainsKey(key)) _counts = _counts with { Found = _counts.Found + 1 };
        }
    }

    /// <summary>A source that ends a second time, because it was tried again, counts by its last ending.</summary>
    /// <param name="key">Empty for what has none, such as a copy of another file.</param>
    public RunCounts Ended(string key, IngestionEventKind kind, TimeSpan? duration = null, FailedSource? failure = null)
    {
        lock (_gate)
        {
            if (key.Length > 0 && kind != IngestionEventKind.Skipped && _endings.TryGetValue(key, out var before) && before != IngestionEventKind.Done)
            {
                Count(before, -1);
                if (before == IngestionEventKind.Failed) _failures.RemoveAll(failed => failed.SourceKey == key);
            }

            if (key.Length > 0) _endings[key] = kind;

            if (kind == IngestionEventKind.Done) _audio += duration ?? TimeSpan.Zero;
            if (failure is not null) _failures.Add(failure);
            Count(kind, 1);
            return _counts;
        }
    }

    public IngestionReport Report(Guid runId, TimeSpan took, IReadOnlyList<string> planned)
    {
        lock (_gate) return new IngestionReport(runId, _counts, [.. _failures], _audio, took, planned);
    }

    private void Count(IngestionEventKind kind, int by) => _counts = kind switch
    {
        IngestionEventKind.Done => _counts with { Done = _counts.Done + by },
        IngestionEventKind.Failed => _counts with { Failed = _counts.Failed + by },
        IngestionEventKind.Waiting => _counts with { Waiting = _counts.Waiting + by },
        IngestionEventKind.Skipped => _counts with { Skipped = _counts.Skipped + by },
        _ => _counts,
    };
}
