using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What a run would do, named as the command's <c>--dry-run --json</c> names it.</summary>
/// <param name="Planned">Titles of what it would take.</param>
/// <param name="LeftOut">What its filters do not want.</param>
public sealed record RunPlan(string Channel, int Found, int Skipped, int Waiting, int Failed, IReadOnlyList<string> Planned, IReadOnlyList<LeftOutRecording> LeftOut)
{
    public static RunPlan Of(IngestionRequest request, IngestionReport report) =>
        new(request.Channel, report.Counts.Found, report.Counts.Skipped, report.Counts.Waiting, report.Counts.Failed, report.Planned, report.LeftOut);
}
