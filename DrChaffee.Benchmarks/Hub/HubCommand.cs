using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Benchmarks.Hub;

/// <summary>The command <c>hub</c>: how soon many clients hear of what happens.</summary>
internal static class HubCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var clients = new Option<int>("--clients") { Description = "How many clients are connected.", DefaultValueFactory = _ => 200 };
        var rate = new Option<int>("--rate") { Description = "How many events are appended a second.", DefaultValueFactory = _ => 50 };
        var seconds = new Option<int>("--seconds") { Description = "For how long.", DefaultValueFactory = _ => 30 };
        var json = new Option<bool>("--json") { Description = "Prints nothing but the JSON." };
        var command = new Command("hub", "Measure the time from the commit of an event to the clients of the hub, in a scratch database on the server at DATABASE_URL; ends with 1 where any event was lost or came twice.") { clients, rate, seconds, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(clients) < 1 || parsed.GetValue(rate) < 1 || parsed.GetValue(seconds) < 1)
            {
                await Console.Error.WriteLineAsync("--clients, --rate and --seconds must all be 1 or more.");
                return 1;
            }

            Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken);
            var report = await new HubRun(scratch.ConnectionString, tell).RunAsync(parsed.GetValue(clients), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, Snake));
            return report.Lost == 0 && report.Repeated == 0 ? 0 : 1;
        });
        return command;
    }
}
