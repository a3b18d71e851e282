using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Web.Features.Support;

namespace DrChaffee.Web.Commands;

/// <summary>Tells what works on this machine, and what to do about what does not; or writes it down for somebody who helps.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON." };
    private static readonly Option<string?> Bundle = new("--bundle") { Description = "Write the findings, settings without secrets, sizes, failures and events into a zip instead.", HelpName = "FILE" };
    private static readonly Option<bool> Force = new("--force") { Description = "Write over FILE where it is there already." };

    public static Command Create()
    {
        var command = new Command("doctor", "Tell what works on this machine, which engines the program was built with, and what is missing.") { Json, Bundle, Force };
        command.SetAction(RunAsync);
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        parsed.GetValue(Bundle) is { } path ? WriteAsync(path, parsed.GetValue(Force), parsed.GetValue(Json), cancellationToken) : ExamineAsync(parsed.GetValue(Json), cancellationToken);

    private static async Task<int> ExamineAsync(bool json, CancellationToken cancellationToken)
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

    /// <summary>Ends well where the file is written, whatever it says: what fails is the reason to write it.</summary>
    private static async Task<int> WriteAsync(string path, bool force, bool json, CancellationToken cancellationToken)
    {
        BundleFile.Check(path, force);
        using var host = CommandHost.Build(services => services.AddSupportBundle());
        var files = await BundleFile.WriteAsync(path, host.Services.GetRequiredService<SupportBundle>(), cancellationToken);
        var bytes = new FileInfo(path).Length;
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { File = path, Bytes = bytes, Files = files }, ReportText.Json));
        else Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {files.Count} files, {bytes:N0} bytes. Its README.txt says what is in it and what is not."));
        return 0;
    }
}
