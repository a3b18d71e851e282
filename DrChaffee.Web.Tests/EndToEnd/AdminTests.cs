using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class AdminTests(Browser browser, SlowApp app) : IClassFixture<SlowApp>
{
    [Fact]
    public async Task From_the_link_in_the_log_to_a_progress_bar_that_moves()
    {
        await using var watched = await OpenDashboardAsync();
        var page = watched.Page;
        using var talks = new TestFolder();
        talks.WriteWav("long talk.wav", 5);
        talks.WriteSrt("long talk.srt", [.. Enumerable.Range(0, 4000).Select(n => $"Sentence {n} of this talk is about the kidneys and the blood.")]);

        await page.GetByLabel("Folder, channel, playlist or feed").FillAsync(talks.Path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ingest", Exact = true }).ClickAsync();
        await Expect(page.GetByText($"Started: {talks.Path}")).ToBeVisibleAsync();
        await page.WaitForFunctionAsync(
            """
            () => {
              window.seen ??= new Set();
              for (const bar of document.querySelectorAll("[role=progressbar][aria-valuenow]")) window.seen.add(bar.getAttribute("aria-valuenow"));
              return window.seen.size > 3;
            }
            """);
        await Expect(page.GetByText("1 of 1 · 1 done")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await page.ReloadAsync();
        await Expect(page.GetByText("1 of 1 · 1 done")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "long talk" })).ToBeVisibleAsync();
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Only_looking_shows_what_a_run_would_take_and_starts_none()
    {
        await using var watched = await OpenDashboardAsync();
        var page = watched.Page;
        using var talks = new TestFolder();
        foreach (var name in (string[])["One talk.wav", "Another talk.wav"]) talks.WriteWav(name);

        await page.GetByLabel("Folder, channel, playlist or feed").FillAsync(talks.Path);
        await page.GetByLabel("At most").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Only look" }).ClickAsync();
        var plan = page.GetByRole(AriaRole.Region, new() { Name = "What a run would do" });
        await Expect(plan).ToContainTextAsync("1 to take");
        await Expect(plan.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);

        await page.GetByLabel("At most").FillAsync("none");
        await page.GetByRole(AriaRole.Button, new() { Name = "Only look" }).ClickAsync();
        await Expect(page.GetByText("limit is 'none'; write a whole number")).ToBeVisibleAsync();
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_run_that_was_started_from_the_page_is_stopped_there()
    {
        await using var watched = await OpenDashboardAsync();
        var page = watched.Page;
        using var talks = new TestFolder();
        talks.WriteWav("endless talk.wav", 5, hertz: 300);
        talks.WriteSrt("endless talk.srt", [.. Enumerable.Range(0, 20_000).Select(n => $"Sentence {n} of this talk goes on about the liver and its many duties.")]);

        await page.GetByLabel("Folder, channel, playlist or feed").FillAsync(talks.Path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ingest", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Stop: Ingest {talks.Path}" }).ClickAsync();

        await Expect(page.Locator(".run").Filter(new() { HasText = talks.Path })).ToContainTextAsync("stopped", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Stop: Ingest {talks.Path}" })).ToHaveCountAsync(0);
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
        Assert.True(await watched.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_models_can_be_read_by_everyone_and_fit_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenDashboardAsync(scheme);
        await watched.Page.GetByRole(AriaRole.Link, new() { Name = "Models" }).ClickAsync();
        await Expect(watched.Page.GetByRole(AriaRole.Row, new() { Name = "bge-small-en-v1.5 onnx" })).ToContainTextAsync("to fetch");
        await Expect(watched.Page.GetByRole(AriaRole.Button, new() { Name = "Colours" })).ToBeVisibleAsync();
        var found = await watched.Page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));

        await watched.Page.SetViewportSizeAsync(360, 740);
        Assert.True(await watched.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task A_source_is_added_changed_and_removed_and_the_page_fits_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenDashboardAsync(scheme);
        var page = watched.Page;
        using var talks = new TestFolder();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sources", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true })).ToBeEnabledAsync();
        await page.GetByLabel("Channel, playlist, feed, site or folder").FillAsync(talks.Path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await page.GetByLabel("Look for new recordings").SelectOptionAsync("360");
        await page.GetByLabel("At least, minutes").FillAsync("5");
        await page.GetByLabel("Only titles that match").FillAsync("(");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).GetByText("is no regular expression")).ToBeVisibleAsync();
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));
        await page.SetViewportSizeAsync(390, 740);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));

        await page.GetByLabel("Only titles that match").FillAsync("salt");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = talks.Path });
        await Expect(row).ToContainTextAsync("every 6 hours");
        await Expect(row).ToContainTextAsync("no shorts, from 5 min, titles like salt");
        await page.SetViewportSizeAsync(1280, 800);
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Pause ", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Expect(row).ToContainTextAsync("paused");
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Remove ", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Remove, keep", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.Equal("add_channel change_channel pause_channel remove_channel", await app.Database.ScalarAsync<string>("SELECT string_agg(DISTINCT action, ' ' ORDER BY action) FROM audit_log WHERE who = 'admin' AND address = '127.0.0.1' AND subject IN (SELECT subject FROM audit_log WHERE action = 'add_channel' ORDER BY id DESC LIMIT 1)"));
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
            await watched.ArriveAsync("/admin$");
        }
        else
        {
            await watched.SignInAsync();
        }

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Ingest", Exact = true })).ToBeEnabledAsync();
        return watched;
    }
}
