using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Transfer;

namespace DrChaffee.Web.Commands;

/// <summary>What <c>sync --full</c> adds to <c>sync</c>: the whole library at once, in the place of the other.</summary>
internal static class FullSync
{
    public static readonly Option<bool> Full = new("--full") { Description = "Put the whole library in the place of the other; accounts, keys and schedule of that one stay." };
    public static readonly Option<bool> DropOld = new("--drop-old") { Description = "With --full: do not keep the library that was there before." };

    /// <param name="from">Npgsql connection strings, as <c>--from</c> and <c>--to</c> name them.</param>
    public static async Task<int> RunAsync(ChaffeeSettings settings, string from, string to, bool dropOld, bool json, CancellationToken cancellationToken)
    {
        using var progress = new TransferProgressLine();
        var report = await new WholeTransfer(settings.DataDirectory, progress).RunAsync(new DatabaseAddress(from), new DatabaseAddress(to), dropOld, cancellationToken);
        progress.Dispose();
        if (json) Console.WriteLine(JsonSerializer.Serialize(report, ReportText.Json));
        else foreach (var line in TransferText.Lines(report)) Console.WriteLine(line);
        return 0;
    }
}
