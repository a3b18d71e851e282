using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;

namespace DrChaffee.Web.Commands;

/// <summary>Tells what works on this machine, and what to do about what does not.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON." };
        var command = new Command("doctor", "Tell what works on this machine, which engines the program was built with, and what is missing.") { json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var findings = await host.Services.GetRequiredService<Doctor>().ExamineAsync(cancellationToken);
        var mode = host.Services.GetRequiredService<ChaffeeSettings>().Mode;
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { Mode = mode, GpuAvailable = host.Services.GetRequiredService<GpuProbe>().IsAvailable, IngestionEnabled = mode != RunMode.ApiOnly, Checks = findings }, ReportText.Json));
        else foreach (var finding in findings) Console.WriteLine($"{SnakeCase.Name(finding.State),-8} {finding.Name,-12} {finding.Message}");

        List<string> failed = [.. findings.Where(f => f.State == FindingState.Failed).Select(f => f.Name)];
        if (failed.Count == 0) return 0;
        Console.Error.WriteLine($"{failed.Count} {(failed.Count == 1 ? "check" : "checks")} failed: {string.Join(", ", failed)}.");
        return 1;
    }
}
