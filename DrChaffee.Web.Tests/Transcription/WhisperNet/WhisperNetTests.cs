using System.Diagnostics;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Ledger;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Ingestion.Transcription.WhisperNet;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrChaffee.Web.Tests.Transcription.WhisperNet;

/// <summary>The real Whisper.net; these tests exist only in a build with UseWhisperNet.</summary>
public sealed class WhisperNetTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_of_random_weights_hears_text_with_words_in_time_and_figures()
    {
        await using var transcriber = Transcriber(processors: 2);

        var said = await transcriber.TranscribeAsync(Speech(copies: 6), new Progress<double>(), Token);

        TestContext.Current.TestOutputHelper?.WriteLine($"{said.Engine.Name} {said.Engine.Version} on {transcriber.State.Device}: {said.Lines.Count} lines, the first is \"{said.Lines[0].Text}\"; {said.Lines.Count(line => line.Words is not null)} with words; {Suspicion.Mark(said.Lines, null).Count(line => line.SuspectReason is not null)} suspect");
        Assert.NotEmpty(said.Lines);
        Assert.All(said.Lines, line => Assert.InRange(line.Quality!.NoSpeechProb!.Value, 0f, 1f));
        Assert.All(said.Lines, line => Assert.InRange(line.Quality!.AvgLogprob!.Value, -20f, 0f));
        Assert.All(said.Lines, line => Assert.InRange(line.End, line.Start, said.Duration!.Value));
        Assert.Contains(said.Lines, line => line.Words is not null);
        Assert.All(said.Lines.Where(line => line.Words is not null), line => Assert.All(line.Words!, word => Assert.InRange(word.End, word.Start, line.End)));
        Assert.All(said.Lines.Zip(said.Lines.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }

    [Fact]
    public async Task Cancelling_ends_it_within_a_second()
    {
        await using var transcriber = Transcriber(processors: 2);
        var audio = Speech(copies: 40);
        var begun = new TaskCompletionSource();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var answer = transcriber.TranscribeAsync(audio, new Told(begun), cancelled.Token);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(2), Token);
        var started = Stopwatch.GetTimestamp();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        var took = Stopwatch.GetElapsedTime(started);

        TestContext.Current.TestOutputHelper?.WriteLine($"ended {took.TotalMilliseconds:F0} ms after it was cancelled");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("for-tests-ggml-tiny.bin")]
    [InlineData("for-tests-ggml-tiny.en.bin")]
    public async Task A_model_without_weights_is_loaded_and_hears_nothing(string stub)
    {
        await using var model = await new WhisperNetEngine(gpu: false).LoadAsync(SharedFiles.Find("models", "whisper-stubs", stub), Token);
        await using var listener = model.Open(new ListeningOptions("en", 1, 1));

        var heard = await listener.ListenAsync(new float[16_000], Token);

        Assert.Empty(heard.Lines);
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_in_one_sentence()
    {
        var path = _folder.Write("broken.bin", "no model");

        var failed = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await using var model = await new WhisperNetEngine(gpu: false).LoadAsync(path, Token);
            await using var listener = model.Open(new ListeningOptions("en", 1, 1));
        });

        Assert.Contains("cannot be loaded", failed.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private LocalTranscriber Transcriber(int processors)
    {
        var models = Path.Combine(_folder.Path, "models");
        if (!Directory.Exists(models))
        {
            _folder.Write("models/random/model.json", """{ "kind": "whisper", "files": [{ "path": "random.bin" }] }""");
            RandomGgml.Write(SharedFiles.Find("models", "whisper-stubs", "for-tests-ggml-tiny.bin"), Path.Combine(models, "random", "random.bin"));
        }

        var settings = new ChaffeeSettings { ConnectionString = "", ModelsDirectory = models, Transcription = new TranscriptionSettings { WhisperModel = "random", WhisperProcessors = processors, Language = "en" } };
        var catalogue = new ModelCatalogue(settings, NullLogger<ModelCatalogue>.Instance);
        return new LocalTranscriber(new WhisperNetEngine(gpu: false), settings, catalogue, new ModelSums(catalogue), TimeProvider.System, NullLogger<LocalTranscriber>.Instance);
    }

    /// <summary>President Kennedy, eleven seconds, several times over.</summary>
    private DecodedAudio Speech(int copies)
    {
        using var jfk = Ingestion.VoiceActivity.WavFile.Open(SharedFiles.Find("data", "audio", "jfk", "jfk.wav"));
        var samples = new short[jfk.Samples];
        for (var read = 0; read < samples.Length;) read += jfk.ReadRaw(read, samples.AsSpan(read));
        var length = copies * jfk.Duration;
        var source = new ClaimedSource(1, "file-a", 1, new SourceFacts("file", "a", "A", null, null, null, null, "a"));
        return new DecodedAudio(source, new FetchedMedia(source, "a.mp3", null), PcmFile.Write(_folder, "speech.wav", length, sample => samples[sample % samples.Length]), length);
    }

    private sealed class Told(TaskCompletionSource begun) : IProgress<double>
    {
        public void Report(double value) => begun.TrySetResult();
    }
}
