using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DrChaffee.Domain.Data;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Commands;

/// <summary>Says at the end what became of a run.</summary>
internal static class ReportText
{
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
    };

    /// <summary>Prints the report and gives the exit code: 1 where all of it failed.</summary>
    /// <param name="formats">The endings of the files that were looked for, named where there were none.</param>
    public static int Print(IngestionReport report, bool json, IReadOnlyCollection<string> formats, bool dryRun = false)
    {
        if (json) Console.WriteLine(JsonSerializer.Serialize(Facts(report), Json));
        else foreach (var line in dryRun ? DryLines(report, formats) : Lines(report, formats)) Console.WriteLine(line);

        if (dryRun || report.Counts.Failed == 0 || report.Counts.Ended > report.Counts.Failed) return 0;
        Console.Error.WriteLine(report.Counts.Failed == 1 ? "The only recording failed." : $"All {report.Counts.Failed} recordings failed.");
        return 1;
    }

    private static object Facts(IngestionReport report) => new
    {
        report.RunId,
        report.Counts.Found,
        report.Counts.Done,
        report.Counts.Failed,
        report.Counts.Waiting,
        report.Counts.Skipped,
        FailedByClass = report.FailedByClass.ToDictionary(f => SnakeCase.Name(f.Key), f => f.Value),
        report.Failures,
        HoursOfAudio = Math.Round(report.Audio.TotalHours, 3),
        TookSeconds = Math.Round(report.Took.TotalSeconds, 1),
        TimesRealTime = Math.Round(report.TimesRealTime, 1),
        report.Planned,
        report.LeftOut,
    };

    private static IEnumerable<string> DryLines(IngestionReport report, IReadOnlyCollection<string> formats)
    {
        var counts = report.Counts;
        foreach (var title in report.Planned) yield return $"would take {title}";
        foreach (var left in report.LeftOut) yield return $"would leave out {left.Title}: {left.Reason}";
        yield return $"{counts.Found} found, {report.Planned.Count} to take, {counts.Skipped} unchanged{(counts.Waiting > 0 ? $", {counts.Waiting} waiting" : "")}{(counts.Failed > 0 ? $", {counts.Failed} failed before" : "")}.";
        if (counts.Found == 0) yield return LookedFor(formats);
    }

    private static IEnumerable<string> Lines(IngestionReport report, IReadOnlyCollection<string> formats)
    {
        var counts = report.Counts;
        foreach (var failure in TerminalProgress.TellsFailures ? [] : report.Failures) yield return $"failed ({SnakeCase.Name(failure.FailureClass)}) {failure.Title}: {failure.Reason}";

        var classes = report.FailedByClass.Count == 0 ? "" : $" ({string.Join(", ", report.FailedByClass.Select(f => $"{f.Value} {SnakeCase.Name(f.Key)}"))})";
        yield return $"{counts.Found} found, {counts.Done} done, {counts.Skipped} unchanged, {counts.Waiting} waiting, {counts.Failed} failed{classes}.";
        if (counts.Found == 0) yield return LookedFor(formats);
        if (counts.Done > 0 && report.Audio > TimeSpan.Zero)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Length(report.Audio)} of recordings in {Length(report.Took)}: {report.TimesRealTime:#,0} times real time.");
    }

    private static string LookedFor(IReadOnlyCollection<string> formats) => $"Nothing to take was found; looked for files that end in {string.Join(", ", formats)}.";

    private static string Length(TimeSpan length) => length switch
    {
        { TotalSeconds: < 59.5 } => Of(length.TotalSeconds, "second"),
        { TotalMinutes: < 99.5 } => Of(length.TotalMinutes, "minute"),
        _ => Of(length.TotalHours, "hour"),
    };

    private static string Of(double amount, string unit)
    {
        var text = amount.ToString(amount < 9.95 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
        return $"{text} {unit}{(text == "1" ? "" : "s")}";
    }
}
