using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Transfer;
using DrChaffee.Ingestion.Transfer.Backups;

namespace DrChaffee.Web.Commands;

/// <summary>Writes the whole database into a file.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> Path = new("PATH") { Description = "The file; or a folder, where it gets a name made of the time." };
    private static readonly Option<string?> From = new("--from") { Description = "The database; left out: DATABASE_URL.", HelpName = "URL" };
    private static readonly Option<int?> Keep = new("--keep") { Description = "Of the backups in the folder, keep the newest N.", HelpName = "N" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };

    public static Command Create()
    {
        Keep.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int?>() is < 1) given.AddError("--keep is less than 1; a backup that is removed at once is none.");
        });
        var command = new Command("backup", "Write the whole database into a file, accounts and keys included, while it is in use.") { Path, From, Keep, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var from = DatabaseOption.Optional(parsed, From) ?? new DatabaseAddress(host.Services.GetRequiredService<ChaffeeSettings>().ConnectionString);
        using var progress = new TransferProgressLine();
        var report = await new LibraryBackup(TimeProvider.System, progress).RunAsync(from, parsed.GetRequiredValue(Path), parsed.GetValue(Keep), cancellationToken);
        progress.Dispose();
        if (parsed.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, ReportText.Json));
        else Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.File}: {report.Bytes:N0} bytes, {report.Tables.Sum(table => table.Rows):N0} rows of {report.Tables.Count} tables{(report.Removed.Count > 0 ? $"; {report.Removed.Count} older ones removed" : "")}."));
        return 0;
    }
}
