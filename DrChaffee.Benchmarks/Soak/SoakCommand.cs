using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>The command <c>soak</c>: whether ingestion survives being killed.</summary>
internal static class SoakCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var recordings = new Option<int>("--recordings") { Description = "How many recordings are ingested, or more where the kills need them.", DefaultValueFactory = _ => 60 };
        var kills = new Option<int>("--kills") { Description = "How many times a process is killed.", DefaultValueFactory = _ => 20 };
        var cuts = new Option<int>("--cuts") { Description = "How many times all connections of the database are cut.", DefaultValueFactory = _ => 2 };
        var seed = new Option<int>("--seed") { Description = "Decides who is killed when.", DefaultValueFactory = _ => 1 };
        var command = new Command("soak", "Ingest with two processes that are killed at random, in a scratch database on the server at DATABASE_URL; ends with 1 where anything was lost, doubled or stuck.") { recordings, kills, cuts, seed };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(recordings) < 1 || parsed.GetValue(kills) < 0 || parsed.GetValue(cuts) < 0 || parsed.GetValue(cuts) > Math.Max(0, parsed.GetValue(kills) - 1))
            {
                await Console.Error.WriteLineAsync("Give at least one recording, no negative number, and fewer cuts than kills.");
                return 1;
            }

            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken);
            var report = await new SoakRun(scratch.ConnectionString, Console.WriteLine).RunAsync(
                parsed.GetValue(recordings), parsed.GetValue(kills), parsed.GetValue(cuts), parsed.GetValue(seed), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, Snake));
            return report.Faults.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
