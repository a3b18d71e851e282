using System.Collections.Concurrent;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Decoding;

public sealed class AudioDecoderTests : IDisposable
{
    private static readonly ChaffeeSettings Settings = new() { ConnectionString = "" };

    private readonly TestFolder _folder = new();
    private readonly Shares _shares = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Decoding_tells_how_far_it_is()
    {
        var media = _folder.WriteWav("talk.wav", seconds: 30);
        var wav = Path.Combine(_folder.Path, "out.wav");

        var duration = await new MediaProbe(Settings).DurationAsync(media, Token);
        await new AudioDecoder(Settings).DecodeAsync(media, wav, duration, _shares, Token);

        Assert.Equal(30, duration!.Value.TotalSeconds, tolerance: 0.01);
        Assert.Equal(30 * 16_000 * 2, new FileInfo(wav).Length, tolerance: 1_000);
        Assert.Equal(1, _shares.Reported.Max(), tolerance: 0.05);
        Assert.All(_shares.Reported, share => Assert.InRange(share, 0, 1));
    }

    [Fact]
    public async Task Broken_media_is_one_plain_sentence_and_leaves_nothing()
    {
        var media = _folder.Write("talk.mp3", "this is no music at all");
        var wav = Path.Combine(_folder.Path, "out.wav");

        var fault = await Assert.ThrowsAsync<SourceFailedException>(() => new AudioDecoder(Settings).DecodeAsync(media, wav, null, _shares, Token));

        Assert.Equal(FailureClass.Broken, fault.FailureClass);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Contains("ended with", fault.InnerException!.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(wav));
    }

    [Fact]
    public async Task An_empty_file_is_called_empty()
    {
        var media = _folder.Write("Empty.mp3", "");

        var fault = await Assert.ThrowsAsync<SourceFailedException>(() => new MediaProbe(Settings).DurationAsync(media, Token));

        Assert.Equal((FailureClass.Broken, "Empty.mp3 is empty."), (fault.FailureClass, fault.Message));
    }

    [Fact]
    public async Task A_missing_program_says_what_to_install()
    {
        var media = _folder.WriteWav("talk.wav");

        var fault = await Assert.ThrowsAsync<MediaToolMissingException>(() => new MediaProbe(Settings with { FfprobePath = "/nowhere/ffprobe" }).DurationAsync(media, Token));

        Assert.Contains("install ffmpeg", fault.Message, StringComparison.Ordinal);
    }

    private sealed class Shares : IProgress<double>
    {
        public ConcurrentBag<double> Reported { get; } = [];

        public void Report(double value) => Reported.Add(value);
    }
}
