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
        var restarts = new Option<int>("--restarts") { Description = "How many times PostgreSQL is restarted, every other time abruptly.", DefaultValueFactory = _ => 2 };
        var seed = new Option<int>("--seed") { Description = "Decides who is killed when.", DefaultValueFactory = _ => 1 };
        var command = new Command("soak", "Ingest with two processes that are killed at random, in a PostgreSQL server of its own that is restarted meanwhile (where none is installed: in a scratch database on the server at DATABASE_URL, whose connections are cut); ends with 1 where anything was lost, doubled or stuck.") { recordings, kills, restarts, seed };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(recordings) < 1 || parsed.GetValue(kills) < 0 || parsed.GetValue(restarts) < 0 || parsed.GetValue(restarts) > Math.Max(0, parsed.GetValue(kills) - 1))
            {
                await Console.Error.WriteLineAsync("Give at least one recording, no negative number, and fewer restarts than kills.");
                return 1;
            }

            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            await using var server = await PostgresServer.TryStartAsync(line => Console.WriteLine($"{line} The connections to the one at DATABASE_URL are cut instead."), cancellationToken);
            await using var scratch = await ScratchDatabase.CreateAsync(server is null ? settings : settings with { ConnectionString = server.ConnectionString }, cancellationToken);
            var report = await new SoakRun(scratch.ConnectionString, server, Console.WriteLine).RunAsync(
                parsed.GetValue(recordings), parsed.GetValue(kills), parsed.GetValue(restarts), parsed.GetValue(seed), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, Snake));
            return report.Faults.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
