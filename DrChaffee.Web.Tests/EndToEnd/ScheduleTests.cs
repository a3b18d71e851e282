using Deque.AxeCore.Playwright;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class ScheduleTests(Browser browser, EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task A_schedule_is_told_while_it_is_typed_and_kept_and_a_job_is_run_paused_and_resumed()
    {
        await using var watched = await OpenAsync("/admin/schedule");
        var page = watched.Page;
        var field = page.GetByLabel("Minute, hour, day of the month, month, day of the week");
        var save = page.GetByRole(AriaRole.Button, new() { Name = "Save" });
        await Expect(save).ToBeEnabledAsync();

        await field.FillAsync("0 25 * * *");
        await Expect(page.GetByText("The hour is '25'; write 0 to 23, such as 2, 9-17 or */6.")).ToBeVisibleAsync();
        await Expect(save).ToBeDisabledAsync();
        await field.FillAsync("15 3 * * mon");
        await Expect(page.GetByText("Every Monday at 03:15.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "03:15" })).ToHaveCountAsync(5);
        await save.ClickAsync();
        await Expect(page.GetByText("It begins every Monday at 03:15, and takes in at most 5 new recordings.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Chosen by admin")).ToBeVisibleAsync();

        var statistics = page.GetByRole(AriaRole.Row, new() { Name = "statistics Counts afresh" });
        await statistics.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(statistics).ToContainTextAsync("paused");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now: clean-up" }).ClickAsync();
        await Expect(page.GetByText("Removed 0 events, 0 job runs, 0 work folders and 0 unfinished audio files.").First).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(statistics.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeEnabledAsync();
        await statistics.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(statistics).ToContainTextAsync("scheduled");
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_schedule_can_be_read_by_everyone_and_fits_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenAsync("/admin/schedule", scheme);
        await Expect(watched.Page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeEnabledAsync();
        await ShowAsync(watched, $"schedule-{scheme}");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task A_diagnosis_shows_each_finding_and_fits_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenAsync("/admin", scheme);
        var button = watched.Page.GetByRole(AriaRole.Button, new() { Name = "Diagnose" });
        await Expect(button).ToBeEnabledAsync();
        await button.ClickAsync();
        await Expect(watched.Page.GetByRole(AriaRole.Cell, new() { Name = "disk", Exact = true })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(button).ToBeEnabledAsync();
        await ShowAsync(watched, $"diagnosis-{scheme}");
    }

    /// <summary>For everyone on a desk and on a phone; SCREENSHOT_DIR keeps what it looked like.</summary>
    private static async Task ShowAsync(WatchedPage watched, string name)
    {
        var found = await watched.Page.RunAxe();
        await KeepAsync(watched, $"{name}-1280");
        await watched.Page.SetViewportSizeAsync(390, 844);
        await KeepAsync(watched, $"{name}-390");
        await watched.Page.SetViewportSizeAsync(360, 740);

        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));
        Assert.True(await watched.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(watched.Faults);
    }

    private static async Task KeepAsync(WatchedPage watched, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOT_DIR") is not { Length: > 0 } folder) return;
        await watched.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    private async Task<WatchedPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light)
    {
        var watched = await browser.OpenAsync(app, scheme);
        await app.Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, ChaffeeApp.Password, TestContext.Current.CancellationToken);
        await watched.SignInAsync();
        if (path != "/admin") await watched.Page.GotoAsync(path);
        return watched;
    }
}
