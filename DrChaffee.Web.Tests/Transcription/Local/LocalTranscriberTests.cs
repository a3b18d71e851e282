using System.Globalization;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Transcription.Local;

public sealed class LocalTranscriberTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeSpeechEngine _engine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public LocalTranscriberTests()
    {
        foreach (var name in (string[])["weak", "strong"])
        {
            _folder.Write($"models/{name}/model.json", $$"""{ "kind": "whisper", "files": [{ "path": "{{name}}.bin" }] }""");
            _folder.Write($"models/{name}/{name}.bin", name);
        }
    }

    [Fact]
    public async Task Pieces_are_heard_side_by_side_and_come_back_in_order_and_whole()
    {
        _engine.Before = token => Task.Delay(20, token);
        await using var transcriber = Transcriber(processors: 3);

        var said = await transcriber.TranscribeAsync(Audio(300), new Progress<double>(), Token);

        Assert.Equal(Enumerable.Range(0, 750).Select(Word), Words(said));
        Assert.Equal(3, _engine.MostAtOnce);
        Assert.Equal([null, "en", "en", "en"], _engine.Opened.Select(options => options.Language)); // the first piece tells the language for the rest
        Assert.Equal(new EngineStamp("fake", "weak", "1"), said.Engine);
    }

    [Theory]
    [InlineData(10, 2, 5)]
    [InlineData(5, 1, 5)]
    [InlineData(2, 1, 2)]
    [InlineData(1, 1, 1)]
    public async Task Where_the_memory_does_not_suffice_it_goes_on_with_less_and_loses_nothing(int room, int listeners, int candidates)
    {
        _engine.Room = room;
        _engine.Before = token => Task.Delay(5, token);
        await using var transcriber = Transcriber(processors: 4, language: "en");

        var said = await transcriber.TranscribeAsync(Audio(300), new Progress<double>(), Token);
        var before = _engine.Opened.Count;
        await transcriber.TranscribeAsync(Audio(100), new Progress<double>(), Token);

        Assert.Equal(Enumerable.Range(0, 750).Select(Word), Words(said));
        Assert.Equal(candidates, _engine.Opened[^1].Candidates);
        Assert.InRange(_engine.Opened.Count - before, 1, listeners); // what was too much once is not tried again
    }

    [Fact]
    public async Task Where_nothing_is_small_enough_it_says_so()
    {
        _engine.Room = 0;
        await using var transcriber = Transcriber(processors: 2);

        var failed = await Assert.ThrowsAsync<SourceFailedException>(() => transcriber.TranscribeAsync(Audio(60), new Progress<double>(), Token));

        Assert.Equal((FailureClass.Ours, "The memory does not suffice for this Whisper model even with one processor and the smallest batch (no room); choose a smaller one in WHISPER_MODEL."), (failed.FailureClass, failed.Message));
    }

    [Fact]
    public async Task Where_the_model_itself_does_not_fit_the_recording_waits_and_is_heard_when_it_does()
    {
        _engine.Full = new SpeechRoomException("300 MB of the GPU are free, and it takes about 2500 MB");
        await using var transcriber = Transcriber();

        var waits = await Assert.ThrowsAsync<SourceWaitsException>(() => transcriber.TranscribeAsync(Audio(60), new Progress<double>(), Token));
        _engine.Full = null;
        var said = await transcriber.TranscribeAsync(Audio(60), new Progress<double>(), Token);

        Assert.Equal("weak does not fit into the memory (300 MB of the GPU are free, and it takes about 2500 MB); free some, or choose a smaller model in WHISPER_MODEL.", waits.Message);
        Assert.Equal(150, Words(said).Count());
    }

    [Fact]
    public async Task Where_others_leave_no_room_for_a_model_that_is_loaded_the_recording_waits_too()
    {
        await using var transcriber = Transcriber();
        await transcriber.TranscribeAsync(Audio(60), new Progress<double>(), Token);
        _engine.Full = new SpeechRoomException("102 MB of the GPU are free, and one listener takes about 417 MB");

        var waits = await Assert.ThrowsAsync<SourceWaitsException>(() => transcriber.TranscribeAsync(Audio(60), new Progress<double>(), Token));

        Assert.StartsWith("weak does not fit into the memory (102 MB of the GPU are free", waits.Message, StringComparison.Ordinal);
        Assert.Equal(1, _engine.Loads);
    }

    [Fact]
    public async Task What_is_doubtful_is_heard_again_and_replaced_only_by_what_is_better()
    {
        // The stronger model is surer of the words from 100 on, and less sure of those from 300 on.
        _engine.Logprob = (word, file) => word is (>= 100 and < 120) or (>= 300 and < 320) ? file == "strong.bin" == word < 200 ? -0.3f : file == "strong.bin" ? -1.9f : -1.4f : -0.2f;
        await using var transcriber = Transcriber(refine: "strong");

        var said = await transcriber.TranscribeAsync(Audio(200), new Progress<double>(), Token);

        var words = Words(said).ToList();
        Assert.Contains("better105", words);
        Assert.DoesNotContain("word105", words);
        Assert.DoesNotContain(words, word => word.StartsWith("better3", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 500).Select(n => n.ToString(CultureInfo.InvariantCulture)), words.Select(word => word.TrimStart([.. "wordbetter"])));
        Assert.Equal("weak, in part strong", said.Engine.Model);
    }

    [Fact]
    public async Task Without_the_stronger_model_doubts_remain()
    {
        _engine.Logprob = (_, _) => -1.4f;
        Directory.Delete(Path.Combine(_folder.Path, "models", "strong"), recursive: true);
        await using var transcriber = Transcriber(refine: "strong");

        var said = await transcriber.TranscribeAsync(Audio(20), new Progress<double>(), Token);

        Assert.Equal("weak", said.Engine.Model);
        Assert.Equal(1, _engine.Loads);
    }

    [Fact]
    public async Task Cancelling_ends_it_within_a_second()
    {
        _engine.Before = token => Task.Delay(Timeout.InfiniteTimeSpan, token);
        await using var transcriber = Transcriber(processors: 2);
        using var cancelled = new CancellationTokenSource(200);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transcriber.TranscribeAsync(Audio(100), new Progress<double>(), cancelled.Token).WaitAsync(TimeSpan.FromSeconds(1.2), Token));
    }

    [Fact]
    public async Task A_model_stays_in_memory_for_some_minutes_and_then_goes()
    {
        var time = new FakeTimeProvider();
        await using var transcriber = Transcriber(time: time);

        await transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token);
        time.Advance(TimeSpan.FromMinutes(4));
        await transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token);
        var loads = _engine.Loads;
        time.Advance(TimeSpan.FromMinutes(6));
        await transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token);

        Assert.Equal((1, 2), (loads, _engine.Loads));
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_makes_the_recording_wait()
    {
        _folder.Write("models/weak/SHA256SUMS", $"{new string('0', 64)}  weak.bin");
        await using var transcriber = Transcriber();

        var waits = await Assert.ThrowsAsync<SourceWaitsException>(() => transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token));

        Assert.Contains("is not the file that belongs to weak", waits.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_model_it_says_how_to_get_one()
    {
        Directory.Delete(Path.Combine(_folder.Path, "models"), recursive: true);

        var transcriber = Transcriber(model: null);

        Assert.Equal("fake on CPU", transcriber.State.ToString());
        Assert.Equal("no Whisper model is here; run 'drchaffee models fetch whisper-small', or another of 'drchaffee models'.", transcriber.State.Missing);
        Assert.Equal("its model is not here; run 'drchaffee models fetch whisper-tiny'.", Transcriber(model: "whisper-tiny").State.Missing);
        Assert.Equal(
            "no transcriber: this recording has no caption file, and no Whisper model is here; run 'drchaffee models fetch whisper-small', or another of 'drchaffee models'",
            new Transcribers([transcriber]).WhyNone);
    }

    [Fact]
    public async Task An_engine_that_cannot_work_here_says_why_to_whoever_waits_for_it()
    {
        _engine.Fault = "Its library lacks libgomp.so.1.";
        await using var transcriber = Transcriber();
        var all = new Transcribers([transcriber]);

        Assert.Equal("Its library lacks libgomp.so.1.", transcriber.State.Missing);
        Assert.False(all.HearSpeech);
        Assert.Equal("no transcriber: this recording has no caption file, and fake does not work: Its library lacks libgomp.so.1", all.WhyNone);
    }

    public void Dispose() => _folder.Dispose();

    private static string Word(int number) => string.Create(CultureInfo.InvariantCulture, $"word{number}");

    private static IEnumerable<string> Words(Said said) => said.Lines.SelectMany(line => line.Text.Split(' '));

    private LocalTranscriber Transcriber(int processors = 1, string? refine = null, string? language = null, TimeProvider? time = null, string? model = "weak")
    {
        var settings = new ChaffeeSettings
        {
            ConnectionString = "",
            ModelsDirectory = Path.Combine(_folder.Path, "models"),
            Transcription = new TranscriptionSettings { WhisperModel = model, WhisperRefineModel = refine, WhisperProcessors = processors, Language = language },
        };
        var catalogue = new ModelCatalogue(settings, NullLogger<ModelCatalogue>.Instance);
        return new LocalTranscriber(_engine, settings, catalogue, new ModelSums(catalogue), time ?? TimeProvider.System, NullLogger<LocalTranscriber>.Instance);
    }

    private DecodedAudio Audio(double seconds)
    {
        var source = new ClaimedSource(1, "file-a", 1, new SourceFacts("file", "a", "A", null, null, null, null, "a"));
        var length = TimeSpan.FromSeconds(seconds);
        return new DecodedAudio(source, new FetchedMedia(source, "a.mp3", null), PcmFile.WriteRuler(_folder, "audio.wav", length), length);
    }
}
