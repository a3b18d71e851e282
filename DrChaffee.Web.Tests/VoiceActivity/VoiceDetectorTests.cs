using System.Globalization;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Ingestion.VoiceActivity;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrChaffee.Web.Tests.VoiceActivity;

public sealed class VoiceDetectorTests : IDisposable
{
    private const double Frame = 0.01;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_hears_the_turns_of_real_meetings()
    {
        var meetings = SharedFiles.Find("data", "audio", "ami");
        using var detector = Detector(Path.GetDirectoryName(SharedFiles.Find("models", "silero-vad"))!);
        var turns = Directory.GetFiles(meetings, "*.rttm").SelectMany(File.ReadLines).Select(line => line.Split(' '))
            .ToLookup(parts => parts[1], parts => (Start: Number(parts[3]), End: Number(parts[3]) + Number(parts[4])));
        var (hits, heard, spoken, sent) = (0, 0, 0, 0);
        foreach (var clip in turns)
        {
            var path = await DecodeAsync(Path.Combine(meetings, $"{clip.Key}.wav"));
            var speech = (await detector.DetectAsync(path, null, Token))!;
            using var wav = WavFile.Open(path);
            var pieces = AudioCutter.Cut(wav, speech, LocalTranscriber.Rule);
            for (var at = 0.0; at < 30; at += Frame)
            {
                var (isHeard, isSpoken) = (speech.Any(s => s.Start.TotalSeconds <= at && at < s.End.TotalSeconds), clip.Any(turn => turn.Start <= at && at < turn.End));
                hits += isHeard && isSpoken ? 1 : 0;
                heard += isHeard ? 1 : 0;
                spoken += isSpoken ? 1 : 0;
                sent += isSpoken && pieces.Any(piece => piece.Start.TotalSeconds <= at && at < piece.End.TotalSeconds) ? 1 : 0;
            }
        }

        var (precision, recall, reached) = ((double)hits / heard, (double)hits / spoken, (double)sent / spoken);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"precision {precision:F3}, recall {recall:F3}, of what is spoken {reached:F3} in a piece; {spoken * Frame:F0} s of speech in {turns.Count} clips"));
        Assert.InRange(precision, 0.95, 1);
        Assert.InRange(recall, 0.75, 1); // a turn as people mark it holds the pauses between words
        Assert.InRange(reached, 0.85, 1); // what a transcriber hears: with margins, and short pauses not left out
    }

    [Fact]
    public async Task Silence_and_a_tone_are_no_speech()
    {
        using var detector = Detector(Path.GetDirectoryName(SharedFiles.Find("models", "silero-vad"))!);
        var silence = PcmFile.Write(_folder, "silence.wav", TimeSpan.FromSeconds(20), _ => 0);
        var tone = PcmFile.Write(_folder, "tone.wav", TimeSpan.FromSeconds(20), sample => (short)(8000 * Math.Sin(2 * Math.PI * 440 * sample / WavFile.Rate)));

        Assert.Empty((await detector.DetectAsync(silence, null, Token))!);
        Assert.Empty((await detector.DetectAsync(tone, null, Token))!);
    }

    [Fact]
    public async Task Without_its_model_it_says_nothing_about_speech()
    {
        using var detector = Detector(_folder.Path);
        var tone = PcmFile.Write(_folder, "tone.wav", TimeSpan.FromSeconds(1), _ => 0);

        Assert.False(detector.IsHere);
        Assert.Null(await detector.DetectAsync(tone, null, Token));
        Assert.Contains("drchaffee models fetch silero-vad", new VoiceActivityState(detector).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_something_else_is_told_in_one_sentence()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "silero-vad"));
        _folder.Write("silero-vad/silero_vad.onnx", "no model");
        using var detector = Detector(_folder.Path);
        var tone = PcmFile.Write(_folder, "tone.wav", TimeSpan.FromSeconds(1), _ => 0);

        var fault = await Assert.ThrowsAsync<ModelException>(() => detector.DetectAsync(tone, null, Token));

        Assert.Contains("is not the file that belongs to silero-vad", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_reads_what_the_decoder_writes()
    {
        var clip = SharedFiles.Find("data", "audio", "librispeech-test-clean-4utt", "1089-134686-0000.flac");
        using var detector = Detector(Path.GetDirectoryName(SharedFiles.Find("models", "silero-vad"))!);
        var wav = await DecodeAsync(clip);

        var speech = (await detector.DetectAsync(wav, null, Token))!;

        using var file = WavFile.Open(wav);
        Assert.InRange(file.Duration.TotalSeconds, 10, 11);
        Assert.InRange(speech.Sum(s => s.Length.TotalSeconds), 7, 10.5);
    }

    /// <summary>Minutes of work and a gigabyte of disk: run by name, with --explicit only.</summary>
    [Fact(Explicit = true)]
    public async Task Ten_hours_take_no_more_memory_than_one_minute()
    {
        using var detector = Detector(Path.GetDirectoryName(SharedFiles.Find("models", "silero-vad"))!);
        var minute = PcmFile.WriteRuler(_folder, "minute.wav", TimeSpan.FromMinutes(1));
        var hours = PcmFile.WriteRuler(_folder, "hours.wav", TimeSpan.FromHours(10));
        await detector.DetectAsync(minute, null, Token);
        var before = Environment.WorkingSet;
        long most = 0;
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await detector.DetectAsync(hours, new Watched(() => most = Math.Max(most, Environment.WorkingSet)), Token);
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(started);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:F0} s, {36_000 / took.TotalSeconds:F0} times real time; {before >> 20} MB before, {most >> 20} MB at most"));
        Assert.InRange(most - before, long.MinValue, 30 << 20);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> DecodeAsync(string clip)
    {
        var wav = Path.Combine(_folder.Path, $"{Path.GetFileNameWithoutExtension(clip)}.wav");
        await new AudioDecoder(new ChaffeeSettings { ConnectionString = "" }).DecodeAsync(clip, wav, null, new Progress<double>(), Token);
        return wav;
    }

    private sealed class Watched(Action look) : IProgress<double>
    {
        public void Report(double value) => look();
    }

    private static VoiceDetector Detector(string models)
    {
        var catalogue = new ModelCatalogue(new ChaffeeSettings { ConnectionString = "", ModelsDirectory = models }, NullLogger<ModelCatalogue>.Instance);
        return new VoiceDetector(catalogue, new ModelSums(catalogue), NullLogger<VoiceDetector>.Instance);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
