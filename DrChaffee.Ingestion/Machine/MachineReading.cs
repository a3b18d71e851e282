namespace DrChaffee.Ingestion.Machine;

/// <summary>How busy this machine is, and what room it has left.</summary>
/// <param name="Gpus">Empty where there is none, or none that the settings allow.</param>
/// <param name="FetchingStopped">Why nothing is fetched now, in a sentence; null where it is.</param>
public sealed record MachineReading(
    DateTimeOffset At, ProcessorLoad Processors, MemoryLoad Memory, IReadOnlyList<DiskRoom> Disks, IReadOnlyList<GpuLoad> Gpus, string? FetchingStopped);

/// <param name="Share">How much of all of them was in use over the last seconds, 0 to 1.</param>
public sealed record ProcessorLoad(int Count, double Share);

/// <param name="ProcessBytes">What this process holds.</param>
/// <param name="TotalBytes">The machine's, or what its container may use.</param>
public sealed record MemoryLoad(long ProcessBytes, long TotalBytes, long AvailableBytes)
{
    public double Share => TotalBytes > 0 ? Math.Clamp(1 - (double)AvailableBytes / TotalBytes, 0, 1) : 0;
}

/// <param name="Holds">What lies on it: <c>data</c>, <c>audio</c>, <c>database</c>.</param>
/// <param name="Path">Where it begins.</param>
/// <param name="Full">True where so little is free that fetching stops.</param>
public sealed record DiskRoom(IReadOnlyList<string> Holds, string Path, long TotalBytes, long FreeBytes, bool Full)
{
    public double Share => TotalBytes > 0 ? Math.Clamp(1 - (double)FreeBytes / TotalBytes, 0, 1) : 0;
}

/// <summary>What the driver tells of one GPU; null where it does not.</summary>
/// <param name="Share">How much of the time it was at work, 0 to 1.</param>
public sealed record GpuLoad(string Name, double? Share, long? UsedBytes, long? TotalBytes, int? Celsius);
