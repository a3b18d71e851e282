namespace DrChaffee.Ingestion.Machine;

/// <summary>How this process is called where several share a table: machine and number.</summary>
internal static class ThisProcess
{
    public static readonly string Name = $"{Environment.MachineName}/{Environment.ProcessId}";
}
