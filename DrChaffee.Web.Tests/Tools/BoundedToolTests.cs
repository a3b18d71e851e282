using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Tools;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Tools;

/// <summary>Programs of ours stand for ffmpeg and yt-dlp and take what they can get.</summary>
public sealed class BoundedToolTests : IDisposable
{
    private const long Megabyte = 1_000_000;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_decoder_that_takes_memory_without_end_is_stopped_and_the_media_is_to_blame()
    {
        NeedsPrlimit();
        var settings = Settings(ffmpeg: Tool("exec tail /dev/zero"));
        var wav = Path.Combine(_folder.Path, "out.wav");

        var fault = await Assert.ThrowsAsync<SourceFailedException>(() => new AudioDecoder(settings).DecodeAsync(_folder.Write("talk.mp3", "x"), wav, null, new Progress<double>(), Token));

        Assert.Equal((FailureClass.Broken, "The media is damaged, or made to do harm: tool asks for more than 60 MB of memory (TOOL_MEMORY_MB)."), (fault.FailureClass, fault.Message));
    }

    [Fact]
    public async Task The_real_decoder_does_its_work_within_a_tenth_of_what_it_may_take()
    {
        var wav = Path.Combine(_folder.Path, "out.wav");
        await new AudioDecoder(Settings(ffmpeg: "ffmpeg", memory: 100 * Megabyte)).DecodeAsync(_folder.WriteWav("talk.wav", seconds: 30), wav, null, new Progress<double>(), Token);

        Assert.Equal(30 * 16_000 * 2, new FileInfo(wav).Length, tolerance: 1_000);
    }

    [Fact]
    public async Task A_downloader_that_takes_memory_without_end_is_stopped()
    {
        NeedsPrlimit();

        var fault = await RunYtDlpAsync("exec tail /dev/zero");

        Assert.Equal((FailureClass.Unsupported, "yt-dlp asks for more than 60 MB of memory for it (TOOL_MEMORY_MB)."), (fault.FailureClass, fault.Message));
    }

    [Fact]
    public async Task A_downloader_that_writes_without_end_is_stopped()
    {
        NeedsPrlimit();
        var file = Path.Combine(_folder.Path, "written");

        var fault = await RunYtDlpAsync($"exec cat /dev/zero > '{file}'");

        Assert.Equal((FailureClass.Unsupported, "The file is larger than 5 MB (FETCH_LIMIT_MB)."), (fault.FailureClass, fault.Message));
        Assert.Equal(5 * Megabyte, new FileInfo(file).Length);
    }

    [Fact]
    public async Task A_downloader_that_opens_files_without_end_runs_out_of_them()
    {
        NeedsPrlimit();
        var lines = new List<string>();
        await Program("ulimit -n").RunAsync([], address: null, lines.Add, TimeSpan.FromMinutes(1), partly: false, Token);

        Assert.Equal(["256"], lines);
    }

    [Theory]
    [InlineData(137, "Killed", null)]
    [InlineData(1, "ERROR: 404 Not Found", null)]
    [InlineData(1, "av_malloc: Cannot allocate memory", ToolLimit.Memory)]
    [InlineData(1, "MemoryError", ToolLimit.Memory)]
    [InlineData(1, "OSError: [Errno 27] File too large", ToolLimit.LargestFile)]
    [InlineData(153, "", ToolLimit.LargestFile)]
    [InlineData(0, "Cannot allocate memory", null)]
    public void Which_limit_was_met_is_told_by_how_it_ended(int exitCode, string said, object? limit) =>
        Assert.Equal(limit, new BoundedTool(Megabyte, Megabyte).Exceeded(exitCode, said));

    private static void NeedsPrlimit() =>
        Assert.SkipWhen(!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/prlimit"), "There is no prlimit: only time is limited here.");

    private async Task<SourceFailedException> RunYtDlpAsync(string script) =>
        await Assert.ThrowsAsync<SourceFailedException>(() => Program(script).RunAsync([], address: null, _ => { }, TimeSpan.FromMinutes(1), partly: false, Token));

    private YtDlpProgram Program(string script)
    {
        var settings = Settings(ytDlp: Tool(script));
        return new YtDlpProgram(settings, new AddressGuard(settings), new YtDlpStatus(settings, TimeProvider.System));
    }

    private string Tool(string script)
    {
        var path = _folder.Write("tool", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private ChaffeeSettings Settings(string ffmpeg = "ffmpeg", string ytDlp = "yt-dlp", long memory = 60 * Megabyte) => new()
    {
        ConnectionString = "",
        DataDirectory = _folder.Path,
        FfmpegPath = ffmpeg,
        Fetch = new FetchSettings { YtDlpPath = ytDlp, MostBytes = 5 * Megabyte },
        Guard = new GuardSettings { ToolMemory = memory },
    };
}
