namespace DrChaffee.Domain.Sources;

/// <summary>Where a source stands, in the words that the library and the dashboard show.</summary>
public enum SourceState
{
    Queued,
    Working,

    /// <summary>It cannot go on until something outside changes, such as a transcriber being installed.</summary>
    Waiting,
    Done,
    Failed,
}
