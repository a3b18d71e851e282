using System.Diagnostics.Tracing;
using System.Globalization;
using DrChaffee.Benchmarks.Search;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Playwright;

namespace DrChaffee.Benchmarks.Circuits;

/// <summary>Opens pages of the dashboard by the batch and cuts their lines without a goodbye, as a train does that goes into a tunnel.</summary>
internal sealed class CircuitsRun(string connectionString, Action<string> tell)
{
    private const string Password = "a password for pages";
    private const long HeapCollect = 0x800000;

    /// <summary>After the first pages all code is compiled and every pool is as large as it gets.</summary>
    private const int WarmUp = 40;

    public async Task<CircuitsReport> RunAsync(int count, int together, TimeSpan retention, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("drchaffee-circuits-");
        try
        {
            await using var server = await WebProcess.StartAsync(
                connectionString,
                [("ADMIN_PASSWORD", Password), ("DATA_DIR", data.FullName), ("CIRCUITS_KEPT", $"{count}"), ("CIRCUIT_RETENTION_SECONDS", $"{retention.TotalSeconds:F0}"), ("RATE_LIMIT_SEARCH", "0"), ("RATE_LIMIT_SIGN_IN", "0")],
                async client => (await client.GetAsync("/health", cancellationToken)).IsSuccessStatusCode);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-gpu"],
            });
            var session = await SignInAsync(browser, server.Address);

            tell($"{WarmUp} pages to warm up");
            await OpenAndDropAsync(browser, server, session, WarmUp, together);
            var before = await SettledAsync(server, retention, cancellationToken);
            tell($"{before.ResidentMb} MB; {count} pages");
            var top = await OpenAndDropAsync(browser, server, session, count, together);
            tell($"{top} MB; waiting until they are given up");
            var after = await SettledAsync(server, retention, cancellationToken);
            return new CircuitsReport(count, together, retention.TotalSeconds, before, top, after);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<string> SignInAsync(IBrowser browser, Uri address)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = address.ToString() });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/account/sign-in");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Uri(address, "/admin").ToString()); // waiting for the navigation can miss one that is over
        return await context.StorageStateAsync();
    }

    /// <summary>The most memory that was resident after a batch, in megabytes.</summary>
    private static async Task<double> OpenAndDropAsync(IBrowser browser, WebProcess server, string session, int count, int together)
    {
        double top = 0;
        for (var opened = 0; opened < count; opened += together)
        {
            var contexts = await Task.WhenAll(Enumerable.Range(0, Math.Min(together, count - opened)).Select(_ => OpenAsync(browser, server.Address, session)));
            top = Math.Max(top, server.ResidentMegabytes());
            foreach (var context in contexts)
            {
                await context.SetOfflineAsync(true); // so that the page cannot say that it goes
                await context.CloseAsync();
            }
        }

        return top;
    }

    /// <summary>A page whose circuit stands: its button can be pressed.</summary>
    private static async Task<IBrowserContext> OpenAsync(IBrowser browser, Uri address, string session)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = address.ToString(), StorageState = session });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/admin", new PageGotoOptions { Timeout = 120_000 });
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('button')].some(button => button.textContent.includes('Diagnose') && !button.disabled)", null, new PageWaitForFunctionOptions { Timeout = 120_000 });
        return context;
    }

    /// <summary>What stays when the server has given up all pages and collected its garbage.</summary>
    private static async Task<CircuitsMemory> SettledAsync(WebProcess server, TimeSpan retention, CancellationToken cancellationToken)
    {
        await Task.Delay(retention + TimeSpan.FromSeconds(45), cancellationToken); // a lost line is noticed after thirty seconds at the latest
        for (var i = 0; i < 3; i++) await CollectAsync(server.Id, cancellationToken);
        using var client = new HttpClient { BaseAddress = server.Address };
        var metrics = (await client.GetStringAsync("/metrics", cancellationToken)).Split('\n');
        return new CircuitsMemory(server.ResidentMegabytes(), Megabytes("dotnet_gc_last_collection_heap_size_bytes"), Megabytes("dotnet_gc_last_collection_memory_committed_size_bytes"));

        double Megabytes(string name) =>
            Math.Round(metrics.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)) / 1e6, 1);
    }

    /// <summary>Asks another process to collect its garbage: the runtime does so when somebody begins to watch its heap.</summary>
    private static async Task CollectAsync(int process, CancellationToken cancellationToken)
    {
        using var session = await new DiagnosticsClient(process).StartEventPipeSessionAsync(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, HeapCollect)], requestRundown: false, token: cancellationToken);
        var reading = session.EventStream.CopyToAsync(Stream.Null, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        await session.StopAsync(cancellationToken);
        await reading;
    }
}

/// <summary>The web server's memory: before, resident at its highest in megabytes, and when all was given up.</summary>
internal sealed record CircuitsReport(int Circuits, int Together, double RetentionSeconds, CircuitsMemory Before, double TopMb, CircuitsMemory After)
{
    public bool CameBack => After.ResidentMb <= 1.3 * Before.ResidentMb + 30 && After.HeapMb <= 1.2 * Before.HeapMb;
}

/// <summary>In megabytes after a collection.</summary>
/// <param name="HeapMb">Objects that are alive, and the gaps between them.</param>
/// <param name="CommittedMb">What the runtime keeps for objects to come as well.</param>
internal sealed record CircuitsMemory(double ResidentMb, double HeapMb, double CommittedMb);
