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

    /// <summary>Prints the report and gives the exit code: 1 where everything that was tried failed.</summary>
    public static int Print(IngestionReport report, bool json)
    {
        if (json) Console.WriteLine(JsonSerializer.Serialize(Facts(report), Json));
        else foreach (var line in Lines(report)) Console.WriteLine(line);

        if (report.Counts.Failed == 0 || report.Counts.Ended > report.Counts.Failed) return 0;
        Console.Error.WriteLine($"All {report.Counts.Failed} recordings failed; the first: {report.Failures[0].Reason}");
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
    };

    private static IEnumerable<string> Lines(IngestionReport report)
    {
        foreach (var title in report.Planned) yield return $"would take {title}";
        foreach (var failure in report.Failures) yield return $"failed ({SnakeCase.Name(failure.FailureClass)}) {failure.Title}: {failure.Reason}";

        var classes = report.FailedByClass.Count == 0 ? "" : $" ({string.Join(", ", report.FailedByClass.Select(f => $"{f.Value} {SnakeCase.Name(f.Key)}"))})";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{report.Counts.Found} found, {report.Counts.Done} done, {report.Counts.Skipped} unchanged, {report.Counts.Waiting} waiting, {report.Counts.Failed} failed{classes}.");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{report.Audio.TotalHours:F1} hours of recordings in {report.Took.TotalMinutes:F1} minutes: {report.TimesRealTime:F0} times real time.");
    }
}
