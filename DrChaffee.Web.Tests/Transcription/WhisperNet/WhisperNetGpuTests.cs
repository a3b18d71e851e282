using System.Diagnostics;
using System.Globalization;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Ingestion.Transcription.WhisperNet;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Web.Tests.Transcription.WhisperNet;

/// <summary>Whisper.net on a GPU with models of true sizes, whose weights are random and made to say a hundred words a piece: by name, with --explicit only.</summary>
public sealed class WhisperNetGpuTests : IDisposable
{
    private const int SaidWords = 100;

    private readonly TestFolder _folder = new();
    private readonly WhisperNetEngine _engine = new(new GpuProbe(new ChaffeeSettings { ConnectionString = "" }).IsAvailable);
    private readonly LogMemory _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [InlineData("Tiny", 80, true)]
    [InlineData("Base", 80, true)]
    [InlineData("LargeV3Turbo", 80, true)]
    [InlineData("LargeV3", 40, true)]
    [InlineData("LargeV3Turbo", 10, false)] // nonsense up to the longest, with every wording tried: the most that a listener can take
    [InlineData("LargeV3", 10, false)]
    public async Task How_quick_it_is_and_what_memory_it_takes(string size, int copies, bool sure)
    {
        var path = WriteModel(size, sure);
        var audio = SpokenAudio.Write(_folder, copies);
        var warmUp = SpokenAudio.Write(_folder, copies: 2);
        var need = GpuNeed.Of(path)!;
        foreach (var listeners in sure ? (int[])[1, 4, 8] : [4])
        {
            var before = await GpuMemory.FreeAsync(Token);
            await using var transcriber = Transcriber(listeners);
            await transcriber.TranscribeAsync(warmUp, new Progress<double>(), Token);
            var loaded = await GpuMemory.FreeAsync(Token);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var watching = LeastFreeAsync(done.Token);
            var started = Stopwatch.GetTimestamp();
            Said said;
            try
            {
                said = await transcriber.TranscribeAsync(audio, new Progress<double>(), Token);
            }
            finally
            {
                await done.CancelAsync();
            }

            var took = Stopwatch.GetElapsedTime(started);
            var taken = loaded - await watching;
            Write($"{size} on the {_engine.Device}, {listeners} side by side: {audio.Duration!.Value.TotalMinutes:F1} min in {took.TotalSeconds:F1} s, {audio.Duration.Value / took:F0} times real time, {said.Lines.Sum(line => line.Words?.Count ?? 0)} words; the model took {(before - loaded) >> 20} MB ({need.File >> 20} MB in the file), the listeners {taken >> 20} MB (reckoned {listeners} times {need.Listener(Effort.UsualCandidates) >> 20} MB)");
            Assert.NotEmpty(said.Lines);
            Assert.InRange(taken!.Value, 0, listeners * need.Listener(Effort.UsualCandidates));
        }
    }

    [Fact(Explicit = true)]
    public async Task Where_the_gpu_is_nearly_full_fewer_listen_and_where_it_is_full_the_recording_waits()
    {
        var need = GpuNeed.Of(WriteModel("LargeV3Turbo", sure: true))!;
        var audio = SpokenAudio.Write(_folder, copies: 40);
        using var ballast = new GpuBallast();

        await ballast.LeaveAsync(need.Least(opened: true) - (200 << 20), Token); // before: the ballast itself uses CUDA
        await using (var transcriber = Transcriber(listeners: 4))
            Assert.Contains("and it takes about", (await Assert.ThrowsAsync<SourceWaitsException>(() => transcriber.TranscribeAsync(audio, new Progress<double>(), Token))).Message, StringComparison.Ordinal);

        await ballast.LeaveAsync(need.File + 2 * need.Listener(Effort.UsualCandidates) + (200 << 20), Token);
        await using (var transcriber = Transcriber(listeners: 4))
        {
            Assert.NotEmpty((await transcriber.TranscribeAsync(audio, new Progress<double>(), Token)).Lines);
            Assert.Contains("goes on with 2 at a time", _log.Lines.Last(), StringComparison.Ordinal);

            await ballast.LeaveAsync(100 << 20, Token);
            Assert.Contains("one listener takes about", (await Assert.ThrowsAsync<SourceWaitsException>(() => transcriber.TranscribeAsync(audio, new Progress<double>(), Token))).Message, StringComparison.Ordinal);

            await ballast.LeaveAsync(need.Listener(candidates: 1) + (20 << 20), Token);
            Assert.NotEmpty((await transcriber.TranscribeAsync(audio, new Progress<double>(), Token)).Lines);
            Assert.Contains("goes on with 1 at a time and 1 wordings", _log.Lines.Last(), StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    private static async Task<long?> LeastFreeAsync(CancellationToken cancellationToken)
    {
        var least = long.MaxValue;
        try
        {
            while (await GpuMemory.FreeAsync(cancellationToken) is { } free) least = Math.Min(least, free);
            return null;
        }
        catch (OperationCanceledException)
        {
            return least;
        }
    }

    private static void Write(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private string WriteModel(string size, bool sure)
    {
        var stub = SharedFiles.Find("models", "whisper-stubs", "for-tests-ggml-tiny.bin");
        var model = _folder.Write("models/random/model.json", """{ "kind": "whisper", "files": [{ "path": "random.bin" }] }""");
        var path = Path.Combine(Path.GetDirectoryName(model)!, "random.bin");
        var dimensions = size switch { "Tiny" => GgmlSize.Tiny, "Base" => GgmlSize.Base, "LargeV3" => GgmlSize.LargeV3, _ => GgmlSize.LargeV3Turbo };
        RandomGgml.Write(stub, path, dimensions, sure ? [.. RandomGgml.Words(stub, SaidWords).Select(word => word.Token)] : null);
        return path;
    }

    private LocalTranscriber Transcriber(int listeners)
    {
        var settings = new ChaffeeSettings { ConnectionString = "", ModelsDirectory = Path.Combine(_folder.Path, "models"), Transcription = new TranscriptionSettings { WhisperModel = "random", WhisperProcessors = listeners, Language = "en" } };
        var logs = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var catalogue = new ModelCatalogue(settings, logs.CreateLogger<ModelCatalogue>());
        return new LocalTranscriber(_engine, settings, catalogue, new ModelSums(catalogue), TimeProvider.System, logs.CreateLogger<LocalTranscriber>());
    }
}
