namespace DrChaffee.Domain.Operations;

/// <summary>What an <see cref="IngestionEvent"/> tells.</summary>
public enum IngestionEventKind
{
    RunStarted,
    RunFinished,

    /// <summary>A run knows how many recordings it will work on.</summary>
    Planned,
    Discovered,
    StageStarted,
    Progress,
    StageFinished,

    /// <summary>The source waits for something outside; the message says for what.</summary>
    Waiting,
    Failed,
    Done,

    /// <summary>Known already and unchanged: nothing to do.</summary>
    Skipped,
}
