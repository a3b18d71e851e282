using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Transfer;
using DrChaffee.Ingestion.Transfer.Backups;

namespace DrChaffee.Web.Commands;

/// <summary>Brings a backup back.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<string> FilePath = new("FILE") { Description = "What backup wrote." };
    private static readonly Option<string?> To = new("--to") { Description = "The database; left out: DATABASE_URL.", HelpName = "URL" };
    private static readonly Option<bool> DropOld = new("--drop-old") { Description = "Do not keep the database that was there before." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };

    public static Command Create()
    {
        var command = new Command("restore", "Bring a backup back, accounts and keys included; the present database serves until the other is whole, and is kept as NAME_before.") { FilePath, To, DropOld, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var settings = host.Services.GetRequiredService<ChaffeeSettings>();
        var to = DatabaseOption.Optional(parsed, To) ?? new DatabaseAddress(settings.ConnectionString);
        using var progress = new TransferProgressLine();
        var report = await new LibraryRestore(settings.DataDirectory, progress).RunAsync(parsed.GetRequiredValue(FilePath), to, parsed.GetValue(DropOld), cancellationToken);
        progress.Dispose();
        if (parsed.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, ReportText.Json));
        else foreach (var line in TransferText.Lines(report)) Console.WriteLine(line);
        return 0;
    }
}
