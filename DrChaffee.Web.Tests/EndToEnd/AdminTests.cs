using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class AdminTests(Browser browser, ChaffeeApp app)
{
    [Fact]
    public async Task From_the_link_in_the_log_to_a_progress_bar_that_moves()
    {
        await using var watched = await OpenDashboardAsync();
        var page = watched.Page;
        using var talks = new TestFolder();
        for (var i = 0; i < 4; i++)
        {
            talks.WriteWav($"long talk {i}.wav", 600, 300 + i);
            talks.WriteSrt($"long talk {i}.srt", [.. Enumerable.Range(0, 300).Select(n => $"Sentence {n} of talk {i} about the kidneys.")]);
        }

        await page.GetByLabel("Folder on this machine").FillAsync(talks.Path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ingest folder" }).ClickAsync();
        await Expect(page.GetByText($"Started: {talks.Path}")).ToBeVisibleAsync();
        await page.WaitForFunctionAsync(
            """
            () => {
              window.seen ??= new Set();
              for (const bar of document.querySelectorAll("[role=progressbar]")) window.seen.add(bar.getAttribute("aria-valuenow"));
              return window.seen.size > 2;
            }
            """);
        await Expect(page.GetByText("4 of 4 · 4 done")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await page.ReloadAsync();
        await Expect(page.GetByText("4 of 4 · 4 done")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "long talk 2" })).ToBeVisibleAsync();
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_dashboard_can_be_read_by_everyone_and_fits_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenDashboardAsync(scheme);
        var found = await watched.Page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));

        await watched.Page.SetViewportSizeAsync(360, 740);
        Assert.Equal(0, await watched.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.Empty(watched.Faults);
    }

    /// <summary>Through the link in the log the first time; with the password it set after that.</summary>
    private async Task<WatchedPage> OpenDashboardAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var watched = await browser.OpenAsync(app, scheme);
        var page = watched.Page;
        var link = app.Log.Lines.Select(line => Regex.Match(line, @"http\S+/account/setup\?token=\S+", RegexOptions.None, TimeSpan.FromSeconds(1))).First(m => m.Success).Value;
        await page.GotoAsync(link);
        if (await page.GetByLabel("The same again").IsVisibleAsync())
        {
            await page.GetByLabel("Password, at least").FillAsync(ChaffeeApp.Password);
            await page.GetByLabel("The same again").FillAsync(ChaffeeApp.Password);
            await page.Keyboard.PressAsync("Enter");
        }
        else
        {
            await page.GotoAsync("/account/sign-in");
            await page.GetByLabel("Password").FillAsync(ChaffeeApp.Password);
            await page.Keyboard.PressAsync("Enter");
        }

        await page.WaitForURLAsync("**/admin");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Ingest folder" })).ToBeEnabledAsync();
        return watched;
    }
}
