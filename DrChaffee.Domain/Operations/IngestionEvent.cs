namespace DrChaffee.Domain.Operations;

/// <summary>One thing that happened during ingestion. The number rises in the order of commit, so a reader that asks for events after its last number misses none.</summary>
public sealed class IngestionEvent
{
    /// <summary>The message of a run's last event where somebody stopped it; any other message there says why it failed.</summary>
    public const string Stopped = "stopped";

    public long Id { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>The run it belongs to: one start of the pipeline over a folder or channel.</summary>
    public Guid RunId { get; init; }

    public IngestionEventKind Kind { get; init; }
    public string? SourceKey { get; init; }
    public string? Title { get; init; }
    public Stage? Stage { get; init; }

    /// <summary>Share of the stage that is done, 0 to 1.</summary>
    public double? Progress { get; init; }

    /// <summary>A sentence for a person: why it waits, why it failed, what the run was asked to do.</summary>
    public string? Message { get; init; }

    /// <summary>Length of the recording, once it is known; of all that a run will work on where the run tells it.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How many recordings a run will work on; with <see cref="IngestionEventKind.Planned"/> only.</summary>
    public int? Recordings { get; init; }
}
