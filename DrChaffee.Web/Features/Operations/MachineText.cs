using System.Globalization;
using DrChaffee.Ingestion.Machine;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Figures of a machine as a person reads them.</summary>
internal static class MachineText
{
    private const double Giga = 1e9;

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    /// <summary><c>420 MB</c>, <c>1.8 GB</c>, <c>310 GB</c>.</summary>
    public static string Size(long bytes) => bytes < Giga
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB")
        : $"{Gigabytes(bytes)} GB";

    public static string Used(MemoryLoad memory) => $"{Gigabytes(memory.TotalBytes - memory.AvailableBytes)} of {Gigabytes(memory.TotalBytes)} GB";

    public static string Note(DiskRoom disk) => $"of {Size(disk.TotalBytes)} for {string.Join(" and ", disk.Holds)}";

    public static string Note(GpuLoad gpu) => string.Join(" · ", ((string?[])
    [
        gpu.Name,
        gpu is { UsedBytes: { } used, TotalBytes: { } total } ? $"{Gigabytes(used)} of {Gigabytes(total)} GB" : null,
        gpu.Celsius is { } celsius ? string.Create(CultureInfo.InvariantCulture, $"{celsius} °C") : null,
    ]).OfType<string>());

    private static string Gigabytes(long bytes) => (bytes / Giga).ToString(bytes < 100 * Giga ? "0.0" : "0", CultureInfo.InvariantCulture);
}
