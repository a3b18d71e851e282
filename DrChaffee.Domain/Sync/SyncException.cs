namespace DrChaffee.Domain.Sync;

/// <summary>Why two libraries cannot be brought together, in one plain sentence.</summary>
public sealed class SyncException(string message, Exception? inner = null) : Exception(message, inner);
