namespace DrChaffee.Domain.Operations;

/// <summary>Follows <c>ingestion_events</c>, whichever process writes them, and tells subscribers in this process. A view of the table: a second tab or a restarted server ends in the same picture.</summary>
public sealed class IngestionFeed
{
    /// <summary>The latest picture.</summary>
    public IngestionSnapshot Current { get; private set; } = IngestionSnapshot.Empty;

    /// <summary>Calls back with each new picture, at most about four times a second, on a thread of the feed. Dispose to stop.</summary>
    public IDisposable Subscribe(Action<IngestionSnapshot> onChange) => throw new NotSupportedException(onChange.Method.Name);
}
