using System.Net;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace DrChaffee.Web.Tests.Download;

public sealed class HttpFetcherTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private byte[] _media = [];
    private MediaHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _media = await File.ReadAllBytesAsync(_folder.WriteWav("talk.wav", seconds: 20), Token);
        _host = await MediaHost.StartAsync(_media);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_fetched_lies_under_the_name_of_its_content_and_is_fetched_once()
    {
        var first = await FetchAsync("/talk.wav");
        var again = await FetchAsync("/talk.wav");

        Assert.Equal(_media, await File.ReadAllBytesAsync(first.MediaPath, Token));
        Assert.EndsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_media)) + ".wav", first.MediaPath, StringComparison.Ordinal);
        Assert.Equal((first.MediaPath, true), (again.MediaPath, again.Temporary));
        Assert.Equal(1, _host.Asked);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "audio", "unfinished")));
    }

    [Fact]
    public async Task A_server_without_length_tag_or_type_is_good_enough()
    {
        var fetched = await FetchAsync("/plain.wav");

        Assert.Equal(_media, await File.ReadAllBytesAsync(fetched.MediaPath, Token));
        Assert.EndsWith(".wav", fetched.MediaPath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Media_goes_with_its_source_unless_it_is_kept_or_another_source_has_the_same()
    {
        var store = new AudioStore(Settings());
        var fetched = await FetchAsync("/talk.wav");
        await FetchAsync("/moved.wav");

        store.Release($"{_host.Address}/talk.wav");
        Assert.True(File.Exists(fetched.MediaPath));
        store.Release($"{_host.Address}/moved.wav");
        Assert.False(File.Exists(fetched.MediaPath));

        var kept = await FetchAsync("/talk.wav", keep: true);
        store.Release($"{_host.Address}/talk.wav");
        Assert.True(File.Exists(kept.MediaPath));
        Assert.False(kept.Temporary);
    }

    [Fact]
    public async Task A_connection_that_breaks_goes_on_where_it_broke()
    {
        var fetched = await FetchAsync("/breaks.wav");

        Assert.Equal(_media, await File.ReadAllBytesAsync(fetched.MediaPath, Token));
        Assert.Equal(2, _host.Ranges.Count);
        Assert.Equal(_media.Length, _host.Sent);
    }

    [Fact]
    public async Task A_fetch_that_was_stopped_goes_on_in_the_next_process()
    {
        var folder = new AudioStore(Settings()).UnfinishedFolder($"{_host.Address}/talk.wav");
        await File.WriteAllBytesAsync(Path.Combine(folder, "media.part"), _media[..100_000], Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "media.part.json"), """{"Etag":"\u0022one\u0022"}""", Token);

        var fetched = await FetchAsync("/talk.wav");

        Assert.Equal(["bytes=100000-"], _host.Ranges);
        Assert.Equal(_media, await File.ReadAllBytesAsync(fetched.MediaPath, Token));
    }

    [Theory]
    [InlineData("/403.wav", FailureClass.Blocked, "127.0.0.1 refuses this machine (403 Forbidden).")]
    [InlineData("/404.wav", FailureClass.Gone, "127.0.0.1 no longer has it (404 Not Found).")]
    [InlineData("/410.wav", FailureClass.Gone, "127.0.0.1 no longer has it (410 Gone).")]
    [InlineData("/429.wav", FailureClass.Transient, "127.0.0.1 is asked too often (429 Too Many Requests).")]
    [InlineData("/500.wav", FailureClass.Transient, "127.0.0.1 has trouble (503 Service Unavailable).")]
    [InlineData("/reset.wav", FailureClass.Transient, "The connection to 127.0.0.1 failed: ")]
    [InlineData("/truncated.wav", FailureClass.Transient, "The connection to 127.0.0.1 failed: ")]
    [InlineData("/drip.wav", FailureClass.Transient, "127.0.0.1 sends too slowly: ")]
    [InlineData("/silent.wav", FailureClass.Transient, "127.0.0.1 did not answer in time.")]
    [InlineData("/page.wav", FailureClass.Unsupported, "127.0.0.1 sent text/html where a recording was expected.")]
    [InlineData("/disguised.wav", FailureClass.Unsupported, "127.0.0.1 sent a page of text where a recording was expected.")]
    [InlineData("/empty.wav", FailureClass.Broken, "127.0.0.1 sent an empty file.")]
    [InlineData("/circle.wav", FailureClass.Unsupported, "127.0.0.1 redirects without end.")]
    [InlineData("/file.wav", FailureClass.Unsupported, "'file:///etc/passwd' is not an address that can be fetched: give one that begins with http:// or https://.")]
    [InlineData("/inside.wav", FailureClass.Unsupported, "127.0.0.2 is an address of this machine or of its own network, which is not fetched; set ALLOW_PRIVATE_ADDRESSES=true if that is wanted.")]
    public async Task Each_failure_has_its_class_and_its_sentence(string path, FailureClass failureClass, string sentence)
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync(path));

        Assert.Equal(failureClass, failure.FailureClass);
        Assert.StartsWith(sentence, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder.Path, "audio"), "*.wav", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_host_and_the_pause_that_it_asks_for_come_along()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/429.wav"));

        var said = Assert.IsType<PlaceException>(failure.InnerException);
        Assert.Equal(("127.0.0.1", TimeSpan.FromMinutes(2)), (said.Host, said.RetryAfter));
        Assert.Contains("429 Too Many Requests", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_begun()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/talk.wav", Settings(mostBytes: 100_000)));

        Assert.Equal(FailureClass.Unsupported, failure.FailureClass);
        Assert.Contains("FETCH_LIMIT_MB", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/plain.wav", Settings(mostBytes: 100_000)));
    }

    [Fact]
    public async Task A_fetch_that_takes_too_long_keeps_what_came()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/drip.wav", Settings(longest: TimeSpan.FromMilliseconds(400))));

        Assert.Equal(FailureClass.Transient, failure.FailureClass);
        Assert.Contains("FETCH_LIMIT_MINUTES", failure.Message, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.Path, "audio", "unfinished"), "media.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_full_disk_makes_a_source_wait_and_says_how_full_it_is()
    {
        var waits = Assert.Throws<SourceWaitsException>(() => new AudioStore(Settings()).CheckRoom(long.MaxValue / 2));

        Assert.Matches(@"^The disk under .+ is full: \d+ MB are free; make room, or set AUDIO_STORAGE_DIR to a larger disk\.", waits.Message);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::ffff:192.168.1.1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    public void Addresses_of_the_inside_are_told_from_those_of_the_world(string address) => Assert.True(AddressGuard.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("142.250.1.1")]
    [InlineData("2606:4700::1111")]
    public void Addresses_of_the_world_are_asked(string address) => Assert.False(AddressGuard.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://localhost/a.mp3")]
    [InlineData("http://127.1/a.mp3")]
    [InlineData("http://2130706433/a.mp3")]
    [InlineData("http://[::1]/a.mp3")]
    [InlineData("ftp://example.com/a.mp3")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://me:secret@example.com/a.mp3")]
    [InlineData("-exec")]
    public void Without_the_setting_only_the_web_outside_may_be_asked(string address) =>
        Assert.Equal(FailureClass.Unsupported, Assert.Throws<SourceFailedException>(() => new AddressGuard(new ChaffeeSettings { ConnectionString = "" }).Check(address)).FailureClass);

    [Fact]
    public async Task A_name_that_stands_for_this_machine_is_refused_when_it_is_connected_to()
    {
        var guard = new AddressGuard(new ChaffeeSettings { ConnectionString = "" });

        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => guard.ConnectAsync(Dns.GetHostName(), 80, Token));

        Assert.Contains("ALLOW_PRIVATE_ADDRESSES", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>127.0.0.1 stands for the world here, and 127.0.0.2 for the inside.</summary>
    private async Task<FetchedMedia> FetchAsync(string path, ChaffeeSettings? settings = null, bool keep = false)
    {
        settings ??= Settings();
        var store = new AudioStore(settings);
        using var web = new PublicWeb(new AddressGuard(address => address.Equals(IPAddress.Parse("127.0.0.2"))), TimeProvider.System) { Patience = TimeSpan.FromSeconds(2) };
        var download = new MediaDownload(web, store, settings, TimeProvider.System) { Patience = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(10) };
        var fetcher = new HttpFetcher(download, web, store, NullLogger<HttpFetcher>.Instance);
        var address = _host.Address + path;
        var source = new ClaimedSource(1, "podcast-1", 1, new SourceFacts("podcast", "1", "A talk", null, null, null, null, address));
        return await fetcher.FetchAsync(new DiscoveredSource(source, new FetchPlan(FetchKind.Http, address), keep), new Progress<double>(), Token);
    }

    private ChaffeeSettings Settings(long mostBytes = 10_000_000, TimeSpan? longest = null) => new()
    {
        ConnectionString = "",
        AudioDirectory = Path.Combine(_folder.Path, "audio"),
        Fetch = new FetchSettings { MostBytes = mostBytes, Longest = longest ?? TimeSpan.FromMinutes(1) },
    };
}
