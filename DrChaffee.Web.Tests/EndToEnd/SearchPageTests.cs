using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static DrChaffee.Web.Tests.EndToEnd.SearchPageParts;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>What the search page's script does while a visitor types, and what is left without it.</summary>
[Collection<InABrowser>]
public abstract class SearchPageTests<TApp>(Browser browser, TApp app) : IClassFixture<TApp> where TApp : TalksApp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Typing_shows_results_and_the_address_follows()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync("/");
        await Box(page).PressSequentiallyAsync("kidney stones", new() { Delay = 30 });
        await Expect(Titles(page).First).ToHaveTextAsync("Stones and salt");
        await Expect(page).ToHaveURLAsync(Like(@"\?q=kidney(\+|%20)stones$"));
        await Expect(Box(page)).ToBeFocusedAsync();

        await page.GoBackAsync(); // one step, however many letters were typed
        await Expect(page).ToHaveURLAsync(Like("/$"));
        await Expect(Box(page)).ToHaveValueAsync("");
        await Expect(Results(page)).ToHaveCountAsync(0);
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_later_question_cancels_an_earlier_one()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously), asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<string> cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, request) => cancelled.TrySetResult(request.Url);
        await page.RouteAsync(url => url.Contains("?q=kidney", StringComparison.Ordinal), async route =>
        {
            asked.TrySetResult();
            await held.Task;
            await route.AbortAsync();
        });
        await page.GotoAsync("/");
        await Box(page).FillAsync(KidneyQuestion);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await Box(page).FillAsync("magnesium cramps");
        await Expect(Titles(page).First).ToHaveTextAsync("Magnesium");

        Assert.Contains("kidney", await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        held.SetResult();
        await Expect(page).ToHaveURLAsync(Like("q=magnesium"));
        await Expect(page.Locator("[data-away]")).ToBeHiddenAsync();
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_lone_letter_asks_nothing_and_cancels_what_was_asked()
    {
        await using var watched = await browser.AskAsync(app, KidneyQuestion);
        var page = watched.Page;
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously), cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, request) => { if (request.Url.Contains("?q=magnesium", StringComparison.Ordinal)) cancelled.TrySetResult(); };
        await page.RouteAsync(url => url.Contains("?q=magnesium", StringComparison.Ordinal), async route =>
        {
            asked.TrySetResult();
            await cancelled.Task;
            await route.AbortAsync();
        });
        await Box(page).FillAsync("magnesium cramps");
        await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Box(page).FillAsync("m");

        await cancelled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Expect(page).ToHaveURLAsync(Like("q=kidney"));
        await Expect(Titles(page).First).ToHaveTextAsync("Stones and salt");
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Results_are_walked_opened_and_copied_by_keys()
    {
        await using var watched = await browser.AskAsync(app, "cramps at night magnesium");
        var page = watched.Page;
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.EvaluateAsync("() => { document.activeElement.blur(); window.open = address => { window.opened = address; }; }");
        var places = page.Locator("[data-result] .at");
        var published = page.Locator("[data-result] .at[data-published]").First;
        Assert.True(await places.CountAsync() > 1);

        await page.Keyboard.PressAsync("j");
        await Expect(places.Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(places.Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(places.Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("k"); // goes no further than the first
        await Expect(places.Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(Box(page)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("/");
        await Expect(Box(page)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("j"); // belongs to the dialog now
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();

        await published.FocusAsync();
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByText("Copied")).ToBeVisibleAsync();
        Assert.Equal(new Uri(app.Address, await published.GetAttributeAsync("href")).ToString(), await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await page.Keyboard.PressAsync("Shift+Enter");
        Assert.Equal(await published.GetAttributeAsync("data-published"), await page.EvaluateAsync<string>("() => window.opened"));
        await page.Keyboard.PressAsync("Enter");
        await watched.ArriveAsync(@"/watch/youtube-dQw4w9WgXcQ\?t=");
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Back_and_forward_bring_box_and_results_with_them()
    {
        await using var watched = await browser.AskAsync(app, KidneyQuestion);
        var page = watched.Page;
        await Box(page).FillAsync("magnesium cramps");
        await Box(page).PressAsync("Enter");
        await Expect(Titles(page).First).ToHaveTextAsync("Magnesium");

        await page.GoBackAsync();
        await Expect(Titles(page).First).ToHaveTextAsync("Stones and salt");
        await Expect(Box(page)).ToHaveValueAsync(KidneyQuestion);
        await page.GoForwardAsync();
        await Expect(Titles(page).First).ToHaveTextAsync("Magnesium");
        await Expect(Box(page)).ToHaveValueAsync("magnesium cramps");
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_filter_says_how_many_it_leaves_and_becomes_a_chip_that_takes_it_away()
    {
        await using var watched = await browser.AskAsync(app, "kidneys water arteries walk potatoes cramps");
        var page = watched.Page;
        await page.Locator("summary", new() { HasText = "Channel" }).ClickAsync();
        var choice = page.GetByRole(AriaRole.Link, new() { NameRegex = Like(@"^Heart Hour\s*\d+$") });
        var count = Regex.Match(await choice.InnerTextAsync(), @"\d+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        await choice.ClickAsync();

        var chip = page.GetByRole(AriaRole.Link, new() { Name = "Remove the filter channel: Heart Hour" });
        await Expect(chip).ToBeVisibleAsync();
        await Expect(chip).ToBeFocusedAsync();
        await Expect(page.Locator("[data-told]")).ToContainTextAsync($"{count} passages");
        await Expect(page).ToHaveURLAsync(Like("channel=Heart"));
        await Expect(Titles(page).Filter(new() { HasText = "Stones" })).ToHaveCountAsync(0);

        await Box(page).FillAsync("cramps"); // a new question keeps the filter
        await Expect(page).ToHaveURLAsync(Like("q=cramps.*channel=Heart"));
        await chip.ClickAsync();
        await Expect(chip).ToHaveCountAsync(0);
        Assert.DoesNotContain("channel", page.Url, StringComparison.Ordinal);
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Where_nothing_is_found_there_are_ways_on()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync("/?q=kidney&channel=Heart+Hour&year=1999");
        await Expect(page.GetByText("Nothing was found.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "in every year" }).ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(Like("year="));
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove the filter channel: Heart Hour" }).ClickAsync();
        await Expect(Titles(page).First).ToHaveTextAsync("Stones and salt");

        await Box(page).FillAsync("kidny stonse");
        await page.GetByRole(AriaRole.Link, new() { Name = "kidney stones" }).ClickAsync();
        await Expect(Box(page)).ToHaveValueAsync("kidney stones");
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Everything_works_without_a_script()
    {
        await using var watched = await browser.OpenAsync(app, scripts: false);
        var page = watched.Page;
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Question" })).ToBeVisibleAsync(); // it has no list to open
        await Box(page).FillAsync("kidneys water arteries walk potatoes cramps");
        await Box(page).PressAsync("Enter");
        await Expect(Results(page).First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Keys" })).ToBeHiddenAsync();

        await page.Locator("summary", new() { HasText = "Channel" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { NameRegex = Like(@"^Kidney Hour") }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Oldest" }).ClickAsync();
        await Expect(Titles(page).First).ToHaveTextAsync("Stones and salt");
        await Box(page).FillAsync("potassium");
        await Box(page).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Remove the filter channel: Kidney Hour" })).ToBeVisibleAsync();
        Assert.Empty(watched.Faults);
    }
}

[Collection<InABrowser>]
public sealed class SearchPageTests(Browser browser, TalksApp app) : SearchPageTests<TalksApp>(browser, app);
