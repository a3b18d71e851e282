namespace DrChaffee.Ingestion.Evaluation;

/// <summary>An evaluation cannot be run; the message says why in a sentence.</summary>
public sealed class EvaluationException(string message) : Exception(message);
