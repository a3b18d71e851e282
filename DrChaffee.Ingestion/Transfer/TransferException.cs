using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>A database cannot travel; the sentence says why.</summary>
public sealed class TransferException(string message, Exception? inner = null) : IngestionException(message, inner);
