using System.Diagnostics;
using System.Net;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Download;

/// <summary>The real yt-dlp against a site of ours, which its generic extractor reads. Skipped where yt-dlp is not installed.</summary>
public sealed class YtDlpTests : IAsyncLifetime
{
    internal static readonly Lazy<bool> Installed = new(IsInstalled);

    private readonly TestFolder _folder = new();
    private byte[] _media = [];
    private MediaHost _host = null!;
    private string? _cookies;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _media = await File.ReadAllBytesAsync(_folder.WriteWav("talk.wav", seconds: 20), Token);
        _host = await MediaHost.StartAsync(_media);
        _host.Otherwise = AnswerAsync;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_list_becomes_recordings_with_what_it_tells()
    {
        var found = await FindAsync("/list");

        Assert.Equal([("Salt", $"{_host.Address}/watch/1"), ("Water", $"{_host.Address}/watch/2")], found.Select(r => (r.Title, r.Plan.Location)));
        Assert.All(found, recording => Assert.Equal((FetchKind.YtDlp, "web", "Plain talk", $"{_host.Address}/list"), (recording.Plan.Kind, recording.Channel.Kind, recording.Channel.Title, recording.Channel.Address)));
        Assert.Equal(new DateTimeOffset(2024, 3, 5, 8, 30, 0, TimeSpan.Zero), found[0].PublishedAt);
        Assert.Equal(2, found.Select(r => r.Identity).Distinct().Count());
    }

    [Fact]
    public async Task A_single_address_is_a_list_of_one_with_its_day_length_and_picture()
    {
        var found = Assert.Single(await FindAsync("/watch/2"));

        Assert.Equal(("How much water?", new TimeSpan(0, 2, 10), "https://example.org/water.jpg"), (found.Description, found.Duration, found.ThumbnailUrl));
        Assert.Equal(new DateOnly(2024, 3, 5), DateOnly.FromDateTime(found.PublishedAt!.Value.UtcDateTime));
    }

    [Fact]
    public async Task The_best_audio_and_the_captions_that_a_person_wrote_are_fetched_with_progress()
    {
        var progress = new Seen();

        var fetched = await FetchAsync("/watch/1", progress: progress);

        Assert.Equal(_media, await File.ReadAllBytesAsync(fetched.MediaPath, Token));
        Assert.EndsWith(".wav", fetched.MediaPath, StringComparison.Ordinal);
        Assert.EndsWith(".vtt", fetched.CaptionPath, StringComparison.Ordinal);
        Assert.Contains("Salt raises blood pressure.", await File.ReadAllTextAsync(fetched.CaptionPath!, Token), StringComparison.Ordinal);
        Assert.True(fetched.Temporary);
        Assert.Contains(1.0, progress.Shares);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "audio", "unfinished")));
    }

    [Fact]
    public async Task What_only_the_page_tells_comes_back_with_the_media()
    {
        var fetched = await FetchAsync("/watch/2");

        var facts = fetched.Source.Facts;
        Assert.Equal(("A talk", "How much water?", new TimeSpan(0, 2, 10)), (facts.Title, facts.Description, facts.Duration));
        Assert.Null(fetched.CaptionPath);
    }

    [Theory]
    [InlineData("/403.wav", FailureClass.Blocked, "127.0.0.1 refuses this machine (403 Forbidden).")]
    [InlineData("/429.wav", FailureClass.Transient, "127.0.0.1 is asked too often.")]
    [InlineData("/404.wav", FailureClass.Gone, "It was removed, or is not there any more.")]
    [InlineData("/500.wav", FailureClass.Transient, "The connection to 127.0.0.1 failed, or it has trouble.")]
    [InlineData("/reset.wav", FailureClass.Transient, "The connection to 127.0.0.1 failed, or it has trouble.")]
    [InlineData("/page.wav", FailureClass.Unsupported, "yt-dlp finds no recording at this address.")]
    [InlineData("/watch/truncated", FailureClass.Transient, "The connection to 127.0.0.1 failed, or it has trouble.")]
    [InlineData("/watch/refused", FailureClass.Blocked, "127.0.0.1 refuses this machine (403 Forbidden).")]
    [InlineData("/watch/drip", FailureClass.Transient, "127.0.0.1 sends too slowly; what came is kept for the next try.")]
    public async Task Each_failure_has_its_class_and_its_sentence(string path, FailureClass failureClass, string sentence)
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync(path));

        Assert.Equal((failureClass, sentence), (failure.FailureClass, failure.Message));
        Assert.Equal("127.0.0.1", Assert.IsType<PlaceException>(failure.InnerException).Host);
    }

    [Fact]
    public async Task What_it_said_is_kept_for_the_doctor()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/403.wav"));

        var kept = await new YtDlpStatus(Settings(), TimeProvider.System).LastErrorAsync(Token);
        Assert.Equal((FailureClass.Blocked, failure.Message, $"{_host.Address}/403.wav"), (kept!.Class, kept.Sentence, kept.Address));
        Assert.Contains("HTTP Error 403: Forbidden", kept.Detail, StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}\.\d\d\.\d\d", (await Program(Settings()).VersionAsync(Token))!);
    }

    [Theory]
    [InlineData("/inside.wav")]
    [InlineData("/watch/inside")]
    public async Task A_redirect_to_the_inside_leads_nowhere(string path)
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync(path));

        Assert.Equal(FailureClass.Unsupported, failure.FailureClass);
        Assert.StartsWith("127.0.0.2 is an address of this machine or of its own network", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_looks_like_an_option_is_none()
    {
        var written = Path.Combine(_folder.Path, "owned");

        await Assert.ThrowsAnyAsync<IngestionException>(() => new YtDlpFinder(Program(Settings())).FindAsync(Request($"--exec=touch {written}"), Token));
        await Assert.ThrowsAnyAsync<IngestionException>(() => FindAsync($"/403.wav\" --exec 'touch {written}'"));

        Assert.False(File.Exists(written));
    }

    [Fact]
    public async Task Cookies_are_sent_and_the_file_is_left_alone()
    {
        var file = _folder.Write("cookies.txt", "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tmember\tyes\n");
        var before = await File.ReadAllTextAsync(file, Token);

        await FindAsync("/watch/2", Settings(new FetchSettings { YtDlpCookiesFile = file, YtDlpExtraArguments = ["--user-agent", "an old browser"] }));

        Assert.Equal("member=yes", _cookies);
        Assert.Equal(before, await File.ReadAllTextAsync(file, Token));
    }

    [Fact]
    public async Task A_stopped_run_ends_its_process()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var began = Stopwatch.GetTimestamp();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync("/silent.wav", token: stop.Token));

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Without_the_program_a_source_waits_and_says_what_to_do()
    {
        var settings = Settings(new FetchSettings { YtDlpPath = "/no/such/yt-dlp" });

        var waits = await Assert.ThrowsAsync<SourceWaitsException>(() => FindAsync("/list", settings));

        Assert.Equal("yt-dlp cannot be started: install it, or name it in YTDLP_PATH.", waits.Message);
        Assert.Null(await Program(settings).VersionAsync(Token));
    }

    private Task<IReadOnlyList<Recording>> FindAsync(string path, ChaffeeSettings? settings = null)
    {
        Assert.SkipUnless(Installed.Value, "yt-dlp is not installed.");
        return new YtDlpFinder(Program(settings ?? Settings())).FindAsync(Request(_host.Address + path), Token);
    }

    private async Task<FetchedMedia> FetchAsync(string path, IProgress<double>? progress = null, CancellationToken? token = null)
    {
        Assert.SkipUnless(Installed.Value, "yt-dlp is not installed.");
        var settings = Settings();
        var fetcher = new YtDlpFetcher(Program(settings), new AudioStore(settings), settings, TimeProvider.System) { Patience = TimeSpan.FromSeconds(4) };
        var address = _host.Address + path;
        var source = new ClaimedSource(1, "web-1", 1, new SourceFacts("web", "1", "A talk", null, null, null, null, address));
        return await fetcher.FetchAsync(new DiscoveredSource(source, new FetchPlan(FetchKind.YtDlp, address), Keep: false), progress ?? new Seen(), token ?? Token);
    }

    /// <summary>127.0.0.1 stands for the world here, and 127.0.0.2 for the inside.</summary>
    private static YtDlpProgram Program(ChaffeeSettings settings) =>
        new(settings, new AddressGuard(address => address.Equals(IPAddress.Parse("127.0.0.2"))), new YtDlpStatus(settings, TimeProvider.System));

    private ChaffeeSettings Settings(FetchSettings? fetch = null) => new()
    {
        ConnectionString = "",
        DataDirectory = _folder.Path,
        AudioDirectory = Path.Combine(_folder.Path, "audio"),
        Fetch = fetch ?? new FetchSettings(),
    };

    private static IngestionRequest Request(string address) => new() { Source = SourceKind.YtDlp, Channel = address };

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Cookie.ToString() is { Length: > 0 } cookies) _cookies = cookies;
        var page = context.Request.Path.Value switch
        {
            "/list" => $"""
                <rss version="2.0"><channel><title>Plain talk</title>
                <item><title>Salt</title><link>{_host.Address}/watch/1</link><pubDate>Tue, 05 Mar 2024 08:30:00 GMT</pubDate></item>
                <item><title>Water</title><link>{_host.Address}/watch/2</link></item></channel></rss>
                """,
            "/watch/1" => """<!DOCTYPE html><title>Salt</title><video src="/talk.wav"><track kind="subtitles" src="/words.vtt" srclang="en"></video>""",
            "/watch/2" => $$"""
                <!DOCTYPE html><title>Water</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"VideoObject","name":"Water","description":"How much water?",
                "uploadDate":"2024-03-05","duration":"PT2M10S","thumbnailUrl":"https://example.org/water.jpg","contentUrl":"{{_host.Address}}/talk.wav"}</script>
                """,
            "/words.vtt" => "WEBVTT\n\n00:00.000 --> 00:04.000\nSalt raises blood pressure.\n",
            "/watch/truncated" => Video("/truncated.wav"),
            "/watch/refused" => Video("/403.wav"),
            "/watch/drip" => Video("/drip.wav"),
            "/watch/inside" => Video("/inside.wav"),
            _ => null,
        };
        context.Response.StatusCode = page is null ? 404 : 200;
        context.Response.ContentType = page?.StartsWith("<rss", StringComparison.Ordinal) == true ? "application/rss+xml" : "text/html";
        if (page is not null) await context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static string Video(string media) => $"""<!DOCTYPE html><title>A talk</title><video src="{media}"></video>""";

    private static bool IsInstalled()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("yt-dlp", ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, tells at once.</summary>
    private sealed class Seen : IProgress<double>
    {
        public System.Collections.Concurrent.ConcurrentBag<double> Shares { get; } = [];

        public void Report(double value) => Shares.Add(value);
    }
}
