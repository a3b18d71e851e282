using System.Globalization;
using DrChaffee.Ingestion.Transfer;
using DrChaffee.Ingestion.Transfer.Backups;

namespace DrChaffee.Web.Commands;

/// <summary>Says in lines what travelled.</summary>
internal static class TransferText
{
    public static IEnumerable<string> Lines(TransferReport report)
    {
        foreach (var sum in report.Tables) yield return Line(sum);
        yield return string.Create(CultureInfo.InvariantCulture, $"{report.To} has all of {report.From}, the same in number and checksum; done in {report.Seconds:F1} s.");
        if (report.Kept is { } kept) yield return $"The library before is {kept}, until the next time.";
    }

    public static IEnumerable<string> Lines(RestoreReport report)
    {
        foreach (var sum in report.Tables) yield return Line(sum);
        yield return string.Create(CultureInfo.InvariantCulture, $"{report.To} is restored{(report.Checked ? ", the same in number and checksum as when it was backed up" : "; nothing was beside the backup to compare it with")}; done in {report.Seconds:F1} s.");
        if (report.Kept is { } kept) yield return $"What was there before is {kept}, until the next time.";
        if (!report.RightsCarried) yield return "The backup has another schema than the database had: give other roles their rights again.";
    }

    private static string Line(TableSum sum) => string.Create(CultureInfo.InvariantCulture, $"  {sum.Table,-26} {sum.Rows,12:N0}  {sum.Checksum}");
}
