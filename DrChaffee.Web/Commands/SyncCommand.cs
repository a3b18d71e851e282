using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Bundles;
using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Runs;
using Npgsql;

namespace DrChaffee.Web.Commands;

/// <summary>Brings one library's changes into another, directly or by a signed file.</summary>
internal static class SyncCommand
{
    private static readonly Option<string?> From = new("--from") { Description = "The library that is read; left out: LOCAL_DATABASE_URL.", HelpName = "URL" };
    private static readonly Option<string?> To = new("--to") { Description = "The library that is written; left out: PRODUCTION_DATABASE_URL.", HelpName = "URL" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done, and do nothing." };
    private static readonly Option<bool> Verify = new("--verify") { Description = "Look at everything, not only at what changed since the last sync." };
    private static readonly Option<Preference> Prefer = new("--prefer") { Description = "Settle every conflict for the side that is read (from) or written (to).", HelpName = "from|to", CustomParser = ReadPreference };
    private static readonly Option<string?> Bundle = new("--bundle") { Description = "With --from: write the changes into this file; with --to: take them from it.", HelpName = "FILE" };
    private static readonly Option<bool> SinceLast = new("--since-last") { Description = "With --bundle and --from: only what changed since the last bundle (the default)." };
    private static readonly Option<bool> All = new("--all") { Description = "With --bundle and --from: everything." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };

    public static Command Create()
    {
        var command = new Command("sync", "Bring one library's changes into another; what was changed there by hand stays.") { From, To, DryRun, Verify, Prefer, FullSync.Full, FullSync.DropOld, Bundle, SinceLast, All, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        var settings = host.Services.GetRequiredService<ChaffeeSettings>().Sync;
        if (parsed.GetValue(Bundle) is { } path) return await BundleAsync(host.Services, settings, path, parsed, cancellationToken);

        var (from, to) = (Database(parsed, From, settings.Local, "LOCAL_DATABASE_URL"), Database(parsed, To, settings.Production, "PRODUCTION_DATABASE_URL"));
        if (parsed.GetValue(FullSync.Full)) return await FullSync.RunAsync(host.Services.GetRequiredService<ChaffeeSettings>(), from, to, parsed.GetValue(FullSync.DropOld), parsed.GetValue(Json), cancellationToken);
        var sync = host.Services.GetRequiredService<LibrarySync>();
        return Print(await TellAsync(LibraryEnd.NameOf(from), to, Options(parsed), () => LibrarySync.CheckAsync(from, to, cancellationToken), (progress, token) => sync.RunAsync(from, to, Options(parsed), progress, token), cancellationToken), parsed);
    }

    private static async Task<int> BundleAsync(IServiceProvider services, SyncSettings settings, string path, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(From) is not null == (parsed.GetValue(To) is not null)) throw new SyncException("--bundle takes either --from, to write the file, or --to, to take it in.");
        if (parsed.GetValue(From) is not null)
        {
            if (parsed.GetValue(All) && parsed.GetValue(SinceLast)) throw new SyncException("--all and --since-last exclude each other.");
            var written = await services.GetRequiredService<BundleWriter>().WriteAsync(Database(parsed, From, null, ""), path, settings.BundleKey, !parsed.GetValue(All), cancellationToken);
            Console.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(written, ReportText.Json)
                : $"{written.Path}: changes {written.FromVersion + 1} to {written.ToVersion}, {written.Recordings:N0} recordings, {written.Segments:N0} segments, {written.Passages:N0} passages, {written.Bytes:N0} bytes.");
            return 0;
        }

        var to = Database(parsed, To, null, "");
        var sync = services.GetRequiredService<BundleSync>();
        return Print(await TellAsync(path, to, Options(parsed), () => BundleSync.CheckAsync(path, to, settings.BundleKey, cancellationToken), (progress, token) => sync.RunAsync(path, to, settings.BundleKey, Options(parsed), progress, token), cancellationToken), parsed);
    }

    /// <summary>Shows progress on a terminal, and in a row of the target that its pages show.</summary>
    private static async Task<SyncReport> TellAsync(
        string from, string to, SyncOptions options, Func<Task> check, Func<IProgress<SyncProgress>, CancellationToken, Task<SyncReport>> run, CancellationToken cancellationToken)
    {
        using var terminal = new SyncProgressLine();
        if (options.DryRun) return await run(terminal, cancellationToken);
        await check(); // before the first row is written
        await using var target = new NpgsqlDataSourceBuilder(to) { Name = LibraryEnd.NameOf(to) }.Build();
        await using var journal = await SyncJournal.StartAsync(target, from, LibraryEnd.NameOf(to), TimeProvider.System, cancellationToken);
        terminal.Then = journal;
        try
        {
            var report = await run(terminal, cancellationToken);
            await journal.FinishAsync(report, CancellationToken.None);
            return report;
        }
        catch (Exception ex)
        {
            await journal.FailAsync(ex is SyncException ? ex.Message : "The command was stopped; run it again: it goes on from there.");
            throw;
        }
    }

    private static SyncOptions Options(ParseResult parsed) => new(parsed.GetValue(DryRun), parsed.GetValue(Verify), parsed.GetValue(Prefer));

    private static int Print(SyncReport report, ParseResult parsed)
    {
        if (parsed.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, ReportText.Json));
        else foreach (var line in SyncText.Lines(report)) Console.WriteLine(line);
        if (report.Agrees) return 0;
        Console.Error.WriteLine($"The libraries disagree in {string.Join(", ", report.Tables.Where(table => !table.Agrees).Select(table => table.Table))}, and no conflict explains it; run ./drchaffee sync --verify.");
        return 1;
    }

    private static string Database(ParseResult parsed, Option<string?> option, string? otherwise, string variable)
    {
        if (parsed.GetValue(option) is not { } url) return otherwise ?? throw new SyncException($"{option.Name} is missing, and {variable} is not set; name the library.");
        return DatabaseUrl.TryParse(url, out var connectionString, out var fault) ? connectionString : throw new SyncException(fault.Replace("DATABASE_URL", option.Name, StringComparison.Ordinal));
    }

    private static Preference ReadPreference(ArgumentResult given)
    {
        switch (given.Tokens)
        {
            case [{ Value: "from" }]: return Preference.From;
            case [{ Value: "to" }]: return Preference.To;
            case [{ Value: var text }]:
                given.AddError($"--prefer is '{text}'; write from or to.");
                return Preference.None;
            default: return Preference.None;
        }
    }
}
