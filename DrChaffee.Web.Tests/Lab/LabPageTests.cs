using Deque.AxeCore.Playwright;
using DrChaffee.Web.Tests.EndToEnd;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.Lab;

[Collection<InABrowser>]
public sealed class LabPageTests(Browser browser, LabApp app) : IClassFixture<LabApp>
{
    private static readonly PageGetByRoleOptions Differences = new() { Name = "Differences" };
    private static readonly PageGetByRoleOptions Judged = new() { Name = "Judged queries", Exact = true };

    [Fact]
    public async Task A_weight_is_turned_and_the_page_tells_which_passage_rose()
    {
        await using var watched = await OpenAsync();
        var page = watched.Page;
        await page.GotoAsync("/admin/lab?q=salt&feedback_weight=0&meaning_weight=0");
        await Expect(First(page, "leg-hybrid")).ToContainTextAsync("Zebras in the zoo");

        await page.GetByRole(AriaRole.Button, new() { Name = "Use as baseline" }).ClickAsync();
        await TurnAsync(page, "1");
        await Expect(First(page, "leg-hybrid")).ToContainTextAsync("Last last");
        await page.GetByRole(AriaRole.Button, Differences).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("▲ 1");
        await Expect(page.Locator("tbody tr").Nth(1)).ToContainTextAsync("▼ 1");

        await watched.ArriveAsync(@"/admin/lab\?q=salt&view=moves&meaning_weight=1&feedback_weight=0$");
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Spinbutton, new() { Name = "Meaning" })).ToHaveValueAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to shipped" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Spinbutton, new() { Name = "Meaning" })).ToHaveValueAsync("0.3");
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_result_is_judged_replayed_and_forgotten_after_one_question()
    {
        await using var watched = await OpenAsync();
        var page = watched.Page;
        await page.GotoAsync("/admin/lab");
        await Expect(page.Locator(".bench:not([inert])")).ToBeVisibleAsync();
        await page.GetByLabel("Query").FillAsync("salt in the zoo");
        await page.Keyboard.PressAsync("Enter");
        var relevant = First(page, "leg-hybrid").GetByRole(AriaRole.Button, new() { Name = "Relevant" });
        await relevant.ClickAsync();
        await Expect(relevant).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Locator(".g2[aria-pressed=true]")).ToHaveCountAsync(3); // the same passage in every column

        await page.GetByRole(AriaRole.Button, Judged).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay under these settings" }).ClickAsync();
        var hybrid = page.GetByRole(AriaRole.Row, new() { Name = "Hybrid" });
        await Expect(hybrid).ToContainTextAsync("1.000");
        await Expect(hybrid).ToContainTextAsync("1 of 2");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete salt in the zoo" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete 1 judgment" }).ClickAsync();
        await Expect(page.GetByText("Nothing has been judged yet.")).ToBeVisibleAsync();
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_view_can_be_read_by_everyone_and_fits_a_phone(ColorScheme scheme)
    {
        await using var watched = await OpenAsync(scheme);
        var page = watched.Page;
        await page.GotoAsync("/admin/lab?q=salt+%22little+salt%22+-pepper&candidates=20");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run and explain" }).ClickAsync();
        await Expect(page.GetByLabel("Plan")).ToContainTextAsync("Execution Time");
        await First(page, "leg-hybrid").GetByRole(AriaRole.Button, new() { Name = "Partly" }).ClickAsync();
        await CheckAsync(page);

        await page.GetByRole(AriaRole.Button, Differences).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare over all judged queries" }).ClickAsync();
        await Expect(page.GetByText("the same. Hybrid, 1 query.")).ToBeVisibleAsync();
        await CheckAsync(page);

        await page.GetByRole(AriaRole.Button, Judged).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay under these settings" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Hybrid" })).ToBeVisibleAsync();
        await CheckAsync(page);
        Assert.Empty(watched.Faults);
    }

    private static async Task CheckAsync(IPage page)
    {
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));
        await page.SetViewportSizeAsync(360, 740);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        await page.SetViewportSizeAsync(1280, 800);
    }

    private static ILocator First(IPage page, string leg) => page.Locator($"section[aria-labelledby={leg}] li").First;

    private static async Task TurnAsync(IPage page, string meaning)
    {
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Meaning" }).FillAsync(meaning);
        await page.Keyboard.PressAsync("Tab");
    }

    /// <summary>Signed in, with two talks: "last" has the letters of "salt", and so its vector by the letters.</summary>
    private async Task<WatchedPage> OpenAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var watched = await browser.OpenAsync(app, scheme);
        using var client = await app.StartAsync();
        await app.TalkAsync("atls", "Last last last last.");
        await app.TalkAsync("zebra", "Zebras in the zoo need a little salt, every now and then, to be quite well.");
        await watched.SignInAsync();
        return watched;
    }
}
