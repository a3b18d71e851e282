using System.Net;
using System.Security.Cryptography.X509Certificates;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Download;

/// <summary>The real yt-dlp and a site of ours that speaks TLS, through the gate that keeps it off the inside. Skipped where yt-dlp is not installed.</summary>
public sealed class YtDlpTlsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly X509Certificate2 _certificate = OwnCertificate.Create();
    private byte[] _media = [];
    private MediaHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _media = await File.ReadAllBytesAsync(_folder.WriteWav("talk.wav", seconds: 20), Token);
        _host = await MediaHost.StartAsync(_media, _certificate);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_recording_behind_TLS_comes_whole_through_the_gate()
    {
        var fetched = await FetchAsync("/talk.wav", "--no-check-certificates");

        Assert.StartsWith("https://127.0.0.1:", _host.Address, StringComparison.Ordinal);
        Assert.Equal(_media, await File.ReadAllBytesAsync(fetched.MediaPath, Token));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_taken()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/talk.wav"));

        Assert.Equal((FailureClass.Transient, "The connection to 127.0.0.1 failed, or it has trouble."), (failure.FailureClass, failure.Message));
        Assert.Contains("certificate", failure.InnerException!.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, _host.Asked);
    }

    [Fact]
    public async Task A_redirect_to_the_inside_leads_nowhere()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/inside.wav", "--no-check-certificates"));

        Assert.Equal(FailureClass.Unsupported, failure.FailureClass);
        Assert.StartsWith("127.0.0.2 is an address of this machine or of its own network", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_falls_silent_is_not_waited_for_without_end()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync("/silent.wav", "--no-check-certificates", "--socket-timeout=2", "--retries=0", "--extractor-retries=0"));

        Assert.Equal((FailureClass.Transient, "The connection to 127.0.0.1 failed, or it has trouble."), (failure.FailureClass, failure.Message));
    }

    /// <summary>127.0.0.1 stands for the world here, and 127.0.0.2 for the inside.</summary>
    private async Task<FetchedMedia> FetchAsync(string path, params string[] arguments)
    {
        Assert.SkipUnless(YtDlpTests.Installed.Value, "yt-dlp is not installed.");
        var settings = new ChaffeeSettings
        {
            ConnectionString = "",
            DataDirectory = _folder.Path,
            AudioDirectory = Path.Combine(_folder.Path, "audio"),
            Fetch = new FetchSettings { YtDlpExtraArguments = arguments },
        };
        var program = new YtDlpProgram(settings, new AddressGuard(address => address.Equals(IPAddress.Parse("127.0.0.2"))), new YtDlpStatus(settings, TimeProvider.System));
        var address = _host.Address + path;
        var source = new ClaimedSource(1, "web-1", 1, new SourceFacts("web", "1", "A talk", null, null, null, null, address));
        return await new YtDlpFetcher(program, new AudioStore(settings), settings, TimeProvider.System)
            .FetchAsync(new DiscoveredSource(source, new FetchPlan(FetchKind.YtDlp, address), Keep: false), new Progress<double>(), Token);
    }
}
