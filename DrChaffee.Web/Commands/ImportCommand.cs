using System.CommandLine;
using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Import;

namespace DrChaffee.Web.Commands;

/// <summary>Takes transcripts and captions in bulk.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = $"Files and folders of transcripts: {string.Join(' ', TranscriptFile.Extensions)}", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command("import", "Import transcripts and captions. The same file twice changes nothing; a changed file replaces its transcript.") { paths, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(paths), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, bool json, CancellationToken cancellationToken)
    {
        using var host = await CommandHost.BuildMigratedAsync(cancellationToken);
        using var progress = new TerminalProgress();
        var report = await host.Services.GetRequiredService<TranscriptImporter>().ImportAsync(paths, progress, cancellationToken);
        progress.Dispose();
        return ReportText.Print(report, json, TranscriptFile.Extensions);
    }
}
