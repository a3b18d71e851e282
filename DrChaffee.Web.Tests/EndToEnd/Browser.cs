using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;

namespace DrChaffee.Web.Tests.EndToEnd;

[CollectionDefinition]
public sealed class InABrowser : ICollectionFixture<Browser>, ICollectionFixture<ChaffeeApp>;

/// <summary>A Chromium that is installed on this machine; tests that need it are skipped where there is none.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--autoplay-policy=no-user-gesture-required",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } named ? named : "/usr/bin/chromium";
        if (!File.Exists(path)) return;
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(20_000); // a machine that is busy draws late
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments });
    }

    /// <summary>A page in a window of its own; what it logs as an error, or asks of another host, is kept.</summary>
    public Task<WatchedPage> OpenAsync(ChaffeeApp app, ColorScheme scheme = ColorScheme.Light, int width = 1280, bool scripts = true) => OpenAsync(app, null, scheme, width, scripts);

    /// <param name="address">Of another server on the app's database; null for the app's own.</param>
    public async Task<WatchedPage> OpenAsync(ChaffeeApp app, Uri? address, ColorScheme scheme = ColorScheme.Light, int width = 1280, bool scripts = true)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium: install it, or set CHROMIUM_PATH.");
        _ = app.Database.ConnectionString;
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = (address ?? app.Address).ToString(),
            ColorScheme = scheme,
            JavaScriptEnabled = scripts,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
        });
        return new WatchedPage(await context.NewPageAsync(), address ?? app.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
