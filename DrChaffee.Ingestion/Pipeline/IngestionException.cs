using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Something that a person must read, in one plain sentence: the base of what ingestion expects to go wrong.</summary>
public class IngestionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>This machine may not ingest that; the sentence says why.</summary>
public sealed class IngestionRefusedException(string message) : IngestionException(message);

/// <summary>No source has that key.</summary>
public sealed class NoSuchSourceException(string key) : IngestionException($"There is no {key}.");

/// <summary>One source failed, and others may go on.</summary>
internal sealed class SourceFailedException(FailureClass failureClass, string message, Exception? inner = null) : IngestionException(message, inner)
{
    public FailureClass FailureClass { get; } = failureClass;

    /// <summary>How long the host asks to be left alone; null where it said nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>All that the program which failed had to say, for an admin; null where the sentence is all.</summary>
    public string? Detail { get; init; }
}

/// <summary>One source cannot go on until something outside changes.</summary>
internal sealed class SourceWaitsException(string reason) : IngestionException(reason);

/// <summary>Another process took the source over; what this one made of it must not be stored.</summary>
internal sealed class LeaseLostException(string key) : IngestionException($"Another process took over {key} while this one was working on it.");
