using Deque.AxeCore.Playwright;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Steering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class SteeringTests(Browser browser, EmptyApp app) : IClassFixture<EmptyApp>
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 60_000 };

    [Fact]
    public async Task A_failure_is_retried_everything_is_paused_the_order_is_changed_and_it_goes_on()
    {
        using var talks = new TestFolder();
        var broken = talks.WriteWav("broken.wav", 2);
        talks.WriteSrt("broken.srt", "It can be heard after all.");
        var good = await File.ReadAllBytesAsync(broken, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(broken, "no audio at all", TestContext.Current.CancellationToken);
        await using var watched = await OpenAsync();
        var page = watched.Page;

        await IngestAsync(page, talks);
        var retry = page.GetByRole(AriaRole.Button, new() { Name = "Retry Broken", Exact = true });
        await Expect(retry).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await File.WriteAllBytesAsync(broken, good, TestContext.Current.CancellationToken);
        await retry.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Broken", Exact = true })).ToBeVisibleAsync(Patient);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Failed" })).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause everything" }).ClickAsync();
        await Expect(page.GetByText("Everything is paused.").First).ToBeVisibleAsync();
        using var more = new TestFolder();
        foreach (var (name, hertz) in new[] { ("one", 300), ("two", 400), ("three", 500) })
        {
            more.WriteWav($"{name}.wav", 2, hertz);
            more.WriteSrt($"{name}.srt", $"This is talk {name}.");
        }

        await IngestAsync(page, more);
        var queue = page.GetByRole(AriaRole.Region, new() { Name = "Queue" });
        await Expect(queue.GetByRole(AriaRole.Row)).ToHaveCountAsync(4, new() { Timeout = 60_000 });
        await Expect(queue.GetByText("Everything is paused.")).ToHaveCountAsync(3);
        var titles = queue.Locator(".title");
        var before = await titles.AllTextContentsAsync();
        await queue.Locator("tbody tr").Nth(2).DragToAsync(queue.Locator("tbody tr").Nth(0), new() { TargetPosition = new() { X = 60, Y = 2 } });
        await Expect(titles).ToHaveTextAsync([before[2], before[0], before[1]]);
        await page.GetByRole(AriaRole.Button, new() { Name = $"Up: {before[1]}" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(titles).ToHaveTextAsync([before[2], before[1], before[0]]);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Up: {before[1]}" })).ToBeFocusedAsync();
        Assert.Equal(0, await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state <> 'queued' AND version = 0"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = before[0], Exact = true })).ToBeVisibleAsync(Patient);
        var taken = await app.Database.ScalarAsync<string>("SELECT string_agg(title, ',' ORDER BY id) FROM ingestion_events WHERE kind = 'discovered' AND title IN ('One', 'Two', 'Three')");
        Assert.Equal(string.Join(',', before[2], before[1], before[0]), taken);
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task What_waits_and_what_failed_can_be_read_by_everyone_and_fits_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenAsync(scheme);
        var page = watched.Page;
        await app.Database.SourceAsync("waits");
        await app.Database.SourceAsync("aside", setAside: true);
        await app.Database.SourceAsync("later", "failed", "transient", next: "1 hour");
        await app.Database.SourceAsync("gone", "failed", "gone", detail: $"ERROR: {new string('x', 400)}");
        await app.Database.ScalarAsync<object>("INSERT INTO host_circuits (host, failures, open_until, reason) VALUES ('*', 0, now() + interval '1 hour', 'Paused.'), ('bad.example', 3, now() + interval '1 hour', 'It refuses.')");
        await Expect(page.GetByText("Everything is paused.").First).ToBeVisibleAsync();
        await page.GetByText("Full output").ClickAsync();
        await Expect(page.GetByText("ERROR: xxx")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Reprocess… Talk gone" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Listen again" }).ClickAsync();
        await Expect(page.GetByText("Listens again, which takes as long as the first time.")).ToBeVisibleAsync();

        var found = await page.RunAxe();
        await page.SetViewportSizeAsync(360, 740);

        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(watched.Faults);
    }

    private static async Task IngestAsync(IPage page, TestFolder talks)
    {
        await page.GetByLabel("Folder, channel, playlist or feed").FillAsync(talks.Path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ingest", Exact = true }).ClickAsync();
        await Expect(page.GetByText($"Started: {talks.Path}")).ToBeVisibleAsync();
    }

    private async Task<WatchedPage> OpenAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var watched = await browser.OpenAsync(app, scheme);
        await app.Database.ClearAsync();
        await app.Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, ChaffeeApp.Password, TestContext.Current.CancellationToken);
        await watched.SignInAsync();
        await Expect(watched.Page.GetByRole(AriaRole.Button, new() { Name = "Ingest", Exact = true })).ToBeEnabledAsync();
        return watched;
    }
}
