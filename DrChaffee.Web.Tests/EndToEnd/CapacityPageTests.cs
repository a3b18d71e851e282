using System.IO.Compression;
using Deque.AxeCore.Playwright;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class CapacityPageTests(Browser browser, ChaffeeApp app)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_can_be_read_by_everyone_and_fits_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenDashboardAsync(scheme);
        var page = watched.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Capacity" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Passages and their words" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Meter).First).ToBeVisibleAsync();
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));

        await page.SetViewportSizeAsync(360, 740);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_support_bundle_is_downloaded_from_the_dashboard()
    {
        await using var watched = await OpenDashboardAsync(ColorScheme.Light);
        var download = await watched.Page.RunAndWaitForDownloadAsync(() => watched.Page.GetByRole(AriaRole.Link, new() { Name = "Download support bundle" }).ClickAsync(), new() { Timeout = 60_000 });

        await using var zip = await ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.StartsWith("drchaffee-support-", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Contains(zip.Entries, entry => entry.Name == "README.txt");
        Assert.Empty(watched.Faults);
    }

    private async Task<WatchedPage> OpenDashboardAsync(ColorScheme scheme)
    {
        using var client = await app.SignedInClientAsync(); // sets the password
        var watched = await browser.OpenAsync(app, scheme);
        await watched.SignInAsync();
        return watched;
    }
}
