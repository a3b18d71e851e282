namespace DrChaffee.Ingestion.Transfer;

/// <summary>What is being done, and with what.</summary>
public sealed record TransferProgress(string Step, string Detail = "");
