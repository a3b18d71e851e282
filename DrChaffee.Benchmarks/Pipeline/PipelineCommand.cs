using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>The command <c>pipeline</c>: how well the stages keep a transcriber busy, whose speed is given.</summary>
internal static class PipelineCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var hours = new Option<double>("--hours") { Description = "How much audio is ingested.", DefaultValueFactory = _ => 5 };
        var recordings = new Option<int>("--recordings") { Description = "In how many recordings of uneven length.", DefaultValueFactory = _ => 60 };
        var speed = new Option<double>("--speed") { Description = "How many times real time the transcriber is.", DefaultValueFactory = _ => 50 };
        var json = new Option<bool>("--json") { Description = "Print nothing but the JSON." };
        var command = new Command("pipeline", "Take in a podcast of generated audio from a web server of this machine, by the real pipeline with a transcriber of a given speed, into a scratch database on the server at DATABASE_URL.") { hours, recordings, speed, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(hours) <= 0 || parsed.GetValue(recordings) < 1 || parsed.GetValue(speed) <= 0)
            {
                await Console.Error.WriteLineAsync("--hours, --recordings and --speed must all be greater than zero.");
                return 1;
            }

            Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            try
            {
                var report = await new PipelineRun(settings, tell).MeasureAsync(TimeSpan.FromHours(parsed.GetValue(hours)), parsed.GetValue(recordings), parsed.GetValue(speed), cancellationToken);
                Console.WriteLine(JsonSerializer.Serialize(report, Snake));
                return 0;
            }
            catch (IngestionException ex)
            {
                await Console.Error.WriteLineAsync(ex.Message);
                return 1;
            }
        });
        return command;
    }
}
