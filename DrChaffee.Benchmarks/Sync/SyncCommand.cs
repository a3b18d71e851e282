using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Benchmarks.Sync;

/// <summary>The command <c>sync</c>: how long a whole library and a few changes take from one server to another.</summary>
internal static class SyncCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var passages = new Option<int>("--passages") { Description = "How many passages the library holds.", DefaultValueFactory = _ => 200_000 };
        var edits = new Option<int>("--edits") { Description = "How many segments change between two syncs.", DefaultValueFactory = _ => 10_000 };
        var kills = new Option<int>("--kills") { Description = "How many syncs are killed at random.", DefaultValueFactory = _ => 20 };
        var to = new Option<string?>("--to") { Description = "The server of the library that is written; left out: that at DATABASE_URL.", HelpName = "URL" };
        var data = new Option<string>("--data") { Description = "The folder that holds transcripts/*.tar.xz.", DefaultValueFactory = _ => Path.Combine("..", "shared", "data") };
        var keep = new Option<string?>("--keep") { Description = "Keeps the library that is read in a database of this name, and uses it again the next time." };
        var json = new Option<bool>("--json") { Description = "Prints nothing but the JSON." };
        var command = new Command("sync", "Measure sync between two scratch databases, the first on the server at DATABASE_URL; ends with 1 where the ends differ.") { passages, edits, kills, to, data, keep, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            var target = settings;
            if (parsed.GetValue(to) is { } url)
            {
                if (!DatabaseUrl.TryParse(url, out var connectionString, out var fault)) throw new EvaluationException(fault);
                target = settings with { ConnectionString = connectionString };
            }

            await using var from = await ScratchDatabase.CreateAsync(settings, cancellationToken, parsed.GetValue(keep));
            await using var into = await ScratchDatabase.CreateAsync(target, cancellationToken);
            var report = await new SyncBenchmark(from, into, tell).RunAsync(parsed.GetRequiredValue(data), parsed.GetValue(passages), parsed.GetValue(edits), parsed.GetValue(kills), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, Snake));
            return report.Agree ? 0 : 1;
        });
        return command;
    }
}
