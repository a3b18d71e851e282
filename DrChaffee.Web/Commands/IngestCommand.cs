using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Commands;

/// <summary>Runs the pipeline over a channel or a folder.</summary>
internal static class IngestCommand
{
    private static readonly Option<string> Source = new("--source") { Description = "Where recordings come from.", HelpName = "yt-dlp|youtube|rss|folder", CustomParser = ReadSource, DefaultValueFactory = _ => "yt-dlp" };
    private static readonly Option<string> Channel = new("--channel") { Description = "The address of a channel, playlist, recording or feed, or a folder's path.", Required = true, HelpName = "URL|PATH" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "Take at most this many recordings.", HelpName = "N", CustomParser = ReadLimit };
    private static readonly Option<bool> LimitUnprocessed = new("--limit-unprocessed") { Description = "Count towards the limit only recordings that have not been done." };
    private static readonly Option<bool> StoreAudioLocally = new("--store-audio-locally") { Description = "Keep a copy of each recording in AUDIO_STORAGE_DIR." };
    private static readonly Option<bool> SkipShorts = new("--skip-shorts") { Description = "Leave out recordings shorter than two minutes." };
    private static readonly Option<bool> NewestFirst = new("--newest-first") { Description = "Begin with the newest." };
    private static readonly Option<DateOnly?> Since = new("--since") { Description = "Leave out recordings published before this day.", HelpName = "YYYY-MM-DD", CustomParser = ReadDay };
    private static readonly Option<bool> Force = new("--force") { Description = "Do again what is done already." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done, and do nothing." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };

    public static Command Create()
    {
        var command = new Command("ingest", "Take recordings in: find them, fetch, decode, transcribe, cut into passages, embed and store. Ends with exit code 0 where a part failed, and with 1 where all did.")
        {
            Source, Channel, Limit, LimitUnprocessed, StoreAudioLocally, SkipShorts, NewestFirst, Since, Force, DryRun, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var host = CommandHost.Build();
        host.Services.GetRequiredService<IngestionPolicy>().Check(Request(parsed)); // before the database is touched
        await host.Services.GetRequiredService<Domain.Data.DatabaseMigrator>().MigrateAsync(cancellationToken);
        using var progress = new TerminalProgress();
        var report = await host.Services.GetRequiredService<IngestionPipeline>().RunAsync(Request(parsed), progress, cancellationToken);
        progress.Dispose();
        return ReportText.Print(report, parsed.GetValue(Json), IngestionPipeline.Formats, parsed.GetValue(DryRun));
    }

    private static IngestionRequest Request(ParseResult parsed) => new()
    {
        Source = Enum.Parse<SourceKind>(parsed.GetRequiredValue(Source).Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
        Channel = parsed.GetRequiredValue(Channel),
        Limit = parsed.GetValue(Limit),
        LimitUnprocessed = parsed.GetValue(LimitUnprocessed),
        StoreAudioLocally = parsed.GetValue(StoreAudioLocally),
        SkipShorts = parsed.GetValue(SkipShorts),
        NewestFirst = parsed.GetValue(NewestFirst),
        Since = parsed.GetValue(Since),
        Force = parsed.GetValue(Force),
        DryRun = parsed.GetValue(DryRun),
    };

    private static string? ReadSource(ArgumentResult given)
    {
        if (given.Tokens is not [{ Value: var text }]) return "yt-dlp";
        if (text is not ("yt-dlp" or "youtube" or "rss" or "folder")) given.AddError($"--source is '{text}'; write yt-dlp, youtube, rss or folder.");
        return text;
    }

    private static int? ReadLimit(ArgumentResult given)
    {
        if (given.Tokens is not [{ Value: var text }]) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0) return limit;
        given.AddError($"--limit is '{text}'; write a whole number of 1 or more.");
        return null;
    }

    private static DateOnly? ReadDay(ArgumentResult given)
    {
        if (given.Tokens is not [{ Value: var text }]) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        given.AddError($"--since is '{text}'; write a day such as 2024-05-31.");
        return null;
    }
}
