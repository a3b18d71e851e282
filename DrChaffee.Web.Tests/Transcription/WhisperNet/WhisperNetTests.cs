using System.Diagnostics;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Transcription.Ledger;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Ingestion.Transcription.WhisperNet;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrChaffee.Web.Tests.Transcription.WhisperNet;

/// <summary>The real Whisper.net, on the GPU of a machine that has one; these tests exist only in a build with UseWhisperNet.</summary>
public sealed class WhisperNetTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly WhisperNetEngine _engine = new(new GpuProbe(new ChaffeeSettings { ConnectionString = "" }).IsAvailable);

    private static string Stub => SharedFiles.Find("models", "whisper-stubs", "for-tests-ggml-tiny.bin");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_of_random_weights_hears_text_with_words_in_time_and_figures()
    {
        await using var transcriber = Transcriber(processors: 2);

        var said = await transcriber.TranscribeAsync(SpokenAudio.Write(_folder, copies: 6), new Progress<double>(), Token);

        TestContext.Current.TestOutputHelper?.WriteLine($"{said.Engine.Name} {said.Engine.Version} on the {transcriber.State.Device}: {said.Lines.Count} lines, the first is \"{said.Lines[0].Text}\"; {said.Lines.Count(line => line.Words is not null)} with words; {Suspicion.Mark(said.Lines, null).Count(line => line.SuspectReason is not null)} suspect");
        Assert.NotEmpty(said.Lines);
        Assert.All(said.Lines, line => Assert.InRange(line.Quality!.NoSpeechProb!.Value, 0f, 1f));
        Assert.All(said.Lines, line => Assert.InRange(line.Quality!.AvgLogprob!.Value, -20f, 0f));
        Assert.All(said.Lines, line => Assert.InRange(line.End, line.Start, said.Duration!.Value));
        Assert.Contains(said.Lines, line => line.Words is not null);
        Assert.All(said.Lines.Where(line => line.Words is not null), line => Assert.All(line.Words!, word => Assert.InRange(word.End, word.Start, line.End)));
        Assert.All(said.Lines.Zip(said.Lines.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }

    [Fact]
    public async Task Listeners_side_by_side_write_word_for_word_what_a_model_is_made_to_say()
    {
        var words = RandomGgml.Words(Stub, 60);
        var path = Path.Combine(_folder.Path, "says.bin");
        RandomGgml.Write(Stub, path, says: [.. words.Select(word => word.Token)]);
        await using var model = await _engine.LoadAsync(path, Token);

        var heard = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var listener = await model.OpenAsync(new ListeningOptions("en", 5, 1), Token);
            return (HeardPiece[])[await listener.ListenAsync(new float[28 * 16_000], Token), await listener.ListenAsync(new float[28 * 16_000], Token)];
        }));

        Assert.All(heard.SelectMany(pieces => pieces), piece =>
        {
            var line = Assert.Single(piece.Lines);
            Assert.Equal(string.Join(' ', words.Select(word => word.Word)), line.Text);
            Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(27)), (line.Start, line.End));
            Assert.Equal(60, line.Words!.Count);
            Assert.InRange(line.Quality!.AvgLogprob!.Value, -0.1f, 0f);
        });
    }

    [Fact]
    public async Task What_a_model_is_wholly_sure_of_can_be_stored()
    {
        var path = Path.Combine(_folder.Path, "sure.bin");
        RandomGgml.Write(Stub, path, GgmlSize.Tiny, [.. RandomGgml.Words(Stub, 60).Select(word => word.Token)]);
        await using var model = await _engine.LoadAsync(path, Token);
        await using var listener = await model.OpenAsync(new ListeningOptions("en", 1, 1), Token);

        var heard = await listener.ListenAsync(new float[5 * 16_000], Token);

        Assert.Contains("\"Text\":\"that ", JsonSerializer.Serialize(heard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_gpu_has_free_is_shared_out_and_asked_anew_when_nobody_listens()
    {
        var path = Path.Combine(_folder.Path, "small.bin");
        RandomGgml.Write(Stub, path);
        var need = GpuNeed.Of(path)!;
        var free = 2 * need.Listener(1);
        using var factory = Whisper.net.WhisperFactory.FromPath(path);
        await using var model = new WhisperNetModel(factory, need, _ => Task.FromResult<long?>(free));

        await using (await model.OpenAsync(new ListeningOptions("en", 1, 1), Token))
        {
            await Assert.ThrowsAsync<SpeechRoomException>(() => model.OpenAsync(new ListeningOptions("en", 5, 1), Token));
            free = 0;
            await using var second = await model.OpenAsync(new ListeningOptions("en", 1, 1), Token);
            await Assert.ThrowsAsync<SpeechRoomException>(() => model.OpenAsync(new ListeningOptions("en", 1, 1), Token));
        }

        await Assert.ThrowsAsync<SpeechRoomException>(() => model.OpenAsync(new ListeningOptions("en", 1, 1), Token));
    }

    [Fact]
    public async Task Cancelling_ends_it_within_a_second()
    {
        await using var transcriber = Transcriber(processors: 2);
        var audio = SpokenAudio.Write(_folder, copies: 40);
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
        await using var model = await _engine.LoadAsync(SharedFiles.Find("models", "whisper-stubs", stub), Token);
        await using var listener = await model.OpenAsync(new ListeningOptions("en", 1, 1), Token);

        var heard = await listener.ListenAsync(new float[16_000], Token);

        Assert.Empty(heard.Lines);
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_in_one_sentence()
    {
        var path = _folder.Write("broken.bin", "no model");

        var failed = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await using var model = await _engine.LoadAsync(path, Token);
            await using var listener = await model.OpenAsync(new ListeningOptions("en", 1, 1), Token);
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
            RandomGgml.Write(Stub, Path.Combine(models, "random", "random.bin"));
        }

        var settings = new ChaffeeSettings { ConnectionString = "", ModelsDirectory = models, Transcription = new TranscriptionSettings { WhisperModel = "random", WhisperProcessors = processors, Language = "en" } };
        var catalogue = new ModelCatalogue(settings, NullLogger<ModelCatalogue>.Instance);
        return new LocalTranscriber(_engine, settings, catalogue, new ModelSums(catalogue), TimeProvider.System, NullLogger<LocalTranscriber>.Instance);
    }

    private sealed class Told(TaskCompletionSource begun) : IProgress<double>
    {
        public void Report(double value) => begun.TrySetResult();
    }
}
