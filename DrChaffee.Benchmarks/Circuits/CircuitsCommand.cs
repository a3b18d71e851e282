using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Benchmarks.Circuits;

/// <summary>The command <c>circuits</c>: whether the memory of an admin's pages comes back when their line is cut.</summary>
internal static class CircuitsCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many pages are opened and dropped.", DefaultValueFactory = _ => 300 };
        var together = new Option<int>("--together") { Description = "How many are open at once.", DefaultValueFactory = _ => 20 };
        var retention = new Option<int>("--retention") { Description = "How many seconds the server keeps a page whose line was cut.", DefaultValueFactory = _ => 60 };
        var command = new Command("circuits", "Open pages of the dashboard in Chromium, cut their lines, and look at the web server's memory, with a scratch database on the server at DATABASE_URL; ends with 1 where it does not come back.") { count, together, retention };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken);
            var report = await new CircuitsRun(scratch.ConnectionString, Console.Error.WriteLine).RunAsync(
                parsed.GetValue(count), parsed.GetValue(together), TimeSpan.FromSeconds(parsed.GetValue(retention)), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, Snake));
            return report.CameBack ? 0 : 1;
        });
        return command;
    }
}
