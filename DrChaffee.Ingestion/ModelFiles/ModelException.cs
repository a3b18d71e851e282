using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>A model cannot be fetched, read or used; the message says why in a sentence.</summary>
public sealed class ModelException(string message, Exception? inner = null) : IngestionException(message, inner);
