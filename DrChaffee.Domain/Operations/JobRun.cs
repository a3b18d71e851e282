namespace DrChaffee.Domain.Operations;

/// <summary>One firing of a scheduled job, for the history.</summary>
public sealed class JobRun
{
    public long Id { get; init; }

    /// <summary><c>rescan</c>, <c>ingest</c>, <c>retry</c>, <c>clean-up</c>, <c>statistics</c>.</summary>
    public required string Job { get; init; }
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it runs, and for ever where its process was killed.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
    public JobOutcome? Outcome { get; set; }

    /// <summary>What it did, or why it failed, in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>The machine and process that it ran in.</summary>
    public required string Process { get; init; }

    /// <summary>Who asked for it, where it was not the clock.</summary>
    public string? AskedBy { get; init; }
}

/// <summary>How a job ended.</summary>
public enum JobOutcome
{
    Done,
    Failed,
    Stopped,
}
