using System.Globalization;
using DrChaffee.Domain.Capacity;
using DrChaffee.Ingestion.Capacity;
using DrChaffee.Web.Features.Operations;

namespace DrChaffee.Web.Features.Capacity;

/// <summary>Figures of the capacity as a person reads them.</summary>
internal static class CapacityText
{
    /// <summary>What comes sooner turns to the warning colour.</summary>
    private const double Soon = 60;

    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double amount) => amount.ToString("#,0.#", CultureInfo.InvariantCulture);

    /// <summary>Small parts too: <c>0 KB</c>, <c>12 KB</c>, and from a megabyte on as <see cref="MachineText.Size"/> has it.</summary>
    public static string Size(long bytes) => bytes < 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{(bytes + 999) / 1_000} KB") : MachineText.Size(bytes);

    /// <summary><c>Disk of database, audio and data</c>.</summary>
    public static string Name(DiskOutlook disk) => disk.Disk.Holds.Reverse().ToList() is [.. var others, var last] ? $"Disk of {(others.Count > 0 ? $"{string.Join(", ", others)} and " : "")}{last}" : "Disk";

    public static string Name(StepOutlook step) => $"{Number(step.Passages)} passages";

    /// <summary>The class of what is due soon, or full.</summary>
    public static string? Tone(Forecast full) => full.Kind == ForecastKind.Reached || full.Days < Soon ? "state-waiting" : null;
}
