using System.Diagnostics;
using System.Globalization;
using DrChaffee.Domain;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.VoiceActivity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>Subscribes to a podcast on this machine and takes all of it in, once.</summary>
internal sealed class PipelineRun(ChaffeeSettings settings, Action<string> tell)
{
    /// <summary>Long enough for a rate, short enough to wait for.</summary>
    private static readonly TimeSpan SampleLength = TimeSpan.FromMinutes(20);

    /// <exception cref="IngestionException">Not all of it came through.</exception>
    public async Task<PipelineReport> MeasureAsync(TimeSpan audio, int recordings, double speed, CancellationToken cancellationToken)
    {
        tell(string.Create(CultureInfo.InvariantCulture, $"making {audio.TotalHours:0.##} hours of audio in {recordings} recordings"));
        using var talks = await GeneratedAudio.MakeAsync(settings.FfmpegPath, audio, recordings, cancellationToken);
        await using var host = await PodcastHost.StartAsync(talks.Recordings, cancellationToken);
        await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken);
        var data = Directory.CreateTempSubdirectory("chaffee-pipeline-").FullName;
        try
        {
            var engine = new PacedTranscriber(speed);
            await using var services = Build(settings with
            {
                ConnectionString = scratch.ConnectionString,
                DataDirectory = data,
                AudioDirectory = Path.Combine(data, "audio"),
                ModelsDirectory = talks.IsSpoken ? Models.Find(settings) : data,
                Fetch = settings.Fetch with { PrivateAddressesAllowed = true },
                Mode = RunMode.Local,
            }, engine);
            var voices = services.GetRequiredService<VoiceDetector>();
            tell(string.Create(CultureInfo.InvariantCulture, $"ingesting from {host.Feed}; the transcriber itself takes {audio.TotalSeconds / speed:F0} s, voice activity is {(voices.IsHere ? "looked for" : "not looked for: there is no model, or no voice")}"));
            var (clock, before) = (new StageClock(), LoadAverage());
            var report = await services.GetRequiredService<IngestionPipeline>().RunAsync(new IngestionRequest { Source = SourceKind.Rss, Channel = host.Feed }, clock, cancellationToken);
            if (report.Counts.Done != recordings)
                throw new IngestionException($"Only {report.Counts.Done} of {recordings} recordings were done: {(report.Failures is [var first, ..] ? first.Reason : "no failure was reported")}");

            var (peak, after) = (PeakMegabytes(), LoadAverage());
            tell("measuring decoding and voice activity by themselves");
            var sample = await talks.MakeAsync("sample.mp3", SampleLength, cancellationToken);
            var (decode, voice) = await AloneAsync(services, sample, data, cancellationToken);
            return new PipelineReport(
                Math.Round(engine.Own / engine.Span, 4), Math.Round(report.Took / engine.Own, 4), peak, Math.Round(engine.Audio / report.Took, 2), Math.Round(engine.Audio.TotalHours, 3), recordings, speed,
                Math.Round(report.Took.TotalSeconds, 1), engine.Speech is not null, engine.Speech is { } speech ? Math.Round(speech / engine.Audio, 3) : null, [before, after],
                new StageRates(Rate(clock[Stage.Fetch], engine.Audio), Rate(decode, SampleLength), voice is { } took ? Rate(took, SampleLength) : null,
                    Rate(clock[Stage.Chunk], engine.Audio), Rate(clock[Stage.Embed], engine.Audio), Rate(clock[Stage.Store], engine.Audio)));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<(TimeSpan Decode, TimeSpan? Voice)> AloneAsync(ServiceProvider services, GeneratedRecording sample, string folder, CancellationToken cancellationToken)
    {
        var wav = Path.Combine(folder, "sample.wav");
        var nobody = new Progress<double>();
        var began = Stopwatch.GetTimestamp();
        await services.GetRequiredService<AudioDecoder>().DecodeAsync(sample.Path, wav, sample.Length, nobody, cancellationToken);
        var decode = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        var speech = await services.GetRequiredService<VoiceDetector>().DetectAsync(wav, nobody, cancellationToken);
        return (decode, speech is null ? null : Stopwatch.GetElapsedTime(began));
    }

    private static ServiceProvider Build(ChaffeeSettings settings, ITranscriber engine)
    {
        var services = new ServiceCollection().AddLogging(log => log.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.Error));
        services.AddDomain(settings).AddIngestion();
        services.RemoveAll<ITranscriber>();
        return services.AddSingleton(engine).BuildServiceProvider();
    }

    /// <summary>Seconds an hour of audio.</summary>
    private static double Rate(TimeSpan took, TimeSpan audio) => Math.Round(took.TotalSeconds / audio.TotalHours, 3);

    /// <summary>The most memory that was resident at once, by the kernel's account.</summary>
    private static double PeakMegabytes() =>
        Math.Round(long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6, 1);

    private static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
