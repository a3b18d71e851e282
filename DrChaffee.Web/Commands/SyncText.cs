using System.Globalization;
using DrChaffee.Domain.Sync;

namespace DrChaffee.Web.Commands;

/// <summary>Says in lines what a sync did.</summary>
internal static class SyncText
{
    private const int LongestText = 160;

    public static IEnumerable<string> Lines(SyncReport report)
    {
        yield return $"{report.From} to {report.To}: changes after {report.FromVersion} up to {report.ToVersion}{(report.DryRun ? "; nothing is written" : "")}.";
        yield return $"recordings  {Counts(report.Recordings)}";
        yield return $"segments    {Counts(report.Segments)}";
        yield return $"passages    {Counts(report.Passages)}";
        if (report.DryRun) foreach (var one in report.First) yield return $"  {one.Change,-9} {one.Title}";
        if (report.Note is { } note) yield return note;
        if (report.OpenConflicts > 0) yield return $"{report.OpenConflicts} {(report.OpenConflicts == 1 ? "conflict" : "conflicts")}; what {report.To} says stays until you decide (--prefer from, --prefer to, or the page of sync):";
        foreach (var line in report.Conflicts.SelectMany(Conflict)) yield return line;
        if (report.DryRun) yield break;

        yield return report.Verified ? "Checksums of everything:" : "Checksums of the recordings that this sync looked at (--verify: of everything):";
        foreach (var table in report.Tables) yield return string.Create(CultureInfo.InvariantCulture, $"  {table.Table,-18} {table.Rows,10:N0}  {table.From}  {table.To}  {(table.Agrees ? "the same" : "DIFFERENT")}");
        if (report.Explained.Count > 0) yield return $"Left out, for they differ for a reason: {string.Join("; ", report.Explained.Take(20).Select(one => $"{one.Title} ({one.Reason})"))}{(report.Explained.Count > 20 ? $"; and {report.Explained.Count - 20} more" : "")}.";
        yield return string.Create(CultureInfo.InvariantCulture, $"Done in {report.Seconds:F1} s.");
    }

    private static string Counts(SyncCounts counts) =>
        string.Create(CultureInfo.InvariantCulture, $"{counts.Added:N0} added, {counts.Changed:N0} changed, {counts.Deleted:N0} deleted, {counts.Kept:N0} kept as they are");

    private static IEnumerable<string> Conflict(SyncConflict conflict)
    {
        yield return $"  {conflict.Title}: {conflict.What}{(conflict.Decision is { } decision ? $" (decided: {decision})" : "")}";
        if (conflict.Id == 0) yield break; // a dry run has not read the texts
        yield return $"    from: {Short(conflict.Theirs)}";
        yield return $"    to:   {Short(conflict.Ours)}";
    }

    private static string Short(string? text) => text is null ? "(nothing)" : text.Length <= LongestText ? text : $"{text[..LongestText]}…";
}
