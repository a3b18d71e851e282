using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DrChaffee.Domain;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

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
        var command = new Command("pipeline", "Ingest generated audio by the real pipeline with a transcriber of a given speed, in a scratch database on the server at DATABASE_URL.") { hours, recordings, speed, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(hours) <= 0 || parsed.GetValue(recordings) < 1 || parsed.GetValue(speed) <= 0)
            {
                await Console.Error.WriteLineAsync("--hours, --recordings and --speed must all be greater than zero.");
                return 1;
            }

            Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
            return await RunAsync(TimeSpan.FromHours(parsed.GetValue(hours)), parsed.GetValue(recordings), parsed.GetValue(speed), tell, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan audio, int recordings, double speed, Action<string> tell, CancellationToken cancellationToken)
    {
        var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        tell(string.Create(CultureInfo.InvariantCulture, $"making {audio.TotalHours:0.##} hours of audio in {recordings} recordings"));
        using var talks = await GeneratedAudio.MakeAsync(settings.FfmpegPath, audio, recordings, cancellationToken);
        await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken);
        var data = Directory.CreateTempSubdirectory("chaffee-pipeline-").FullName;
        try
        {
            var engine = new PacedTranscriber(speed);
            await using var services = Build(settings with { ConnectionString = scratch.ConnectionString, DataDirectory = data, AudioDirectory = Path.Combine(data, "audio"), Mode = RunMode.Local }, engine);
            tell(string.Create(CultureInfo.InvariantCulture, $"ingesting; the transcriber itself takes {audio.TotalSeconds / speed:F0} s"));
            var report = await services.GetRequiredService<IngestionPipeline>().RunAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = talks.Folder }, cancellationToken);
            if (report.Counts.Done != recordings)
            {
                await Console.Error.WriteLineAsync($"Only {report.Counts.Done} of {recordings} recordings were done: {(report.Failures is [var first, ..] ? first.Reason : "no failure was reported")}");
                return 1;
            }

            Console.WriteLine(JsonSerializer.Serialize(new PipelineReport(
                Math.Round(engine.Own / engine.Span, 4), Math.Round(report.Took / engine.Own, 4), PeakMegabytes(), Math.Round(engine.Audio / report.Took, 2),
                Math.Round(engine.Audio.TotalHours, 3), recordings, speed, Math.Round(report.Took.TotalSeconds, 1)), Snake));
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static ServiceProvider Build(ChaffeeSettings settings, ITranscriber engine)
    {
        var services = new ServiceCollection().AddLogging(log => log.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.Error));
        services.AddDomain(settings).AddIngestion();
        services.RemoveAll<ITranscriber>();
        return services.AddSingleton(engine).BuildServiceProvider();
    }

    /// <summary>The most memory that was resident at once, by the kernel's account.</summary>
    private static double PeakMegabytes() =>
        Math.Round(long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6, 1);
}

/// <summary>What one run of the pipeline measured.</summary>
/// <param name="EngineBusy">Share of the time from its first recording to its last in which the transcriber worked.</param>
/// <param name="WallOverEngine">The whole run, planning and upkeep included, over what the transcriber itself takes.</param>
/// <param name="PeakMemoryMb">Of this process, in millions of bytes.</param>
internal sealed record PipelineReport(double EngineBusy, double WallOverEngine, double PeakMemoryMb, double TimesRealTime, double Hours, int Recordings, double Speed, double WallSeconds);
