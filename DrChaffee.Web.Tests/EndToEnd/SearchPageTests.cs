using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>What the search page's script does while a visitor types, and what is left without it.</summary>
[Collection<InABrowser>]
public sealed class SearchPageTests(Browser browser, TalksApp app) : IClassFixture<TalksApp>
{
    private const string KidneyQuestion = "kidney stones water";
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
        await using var watched = await AskAsync(KidneyQuestion);
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
        await using var watched = await AskAsync("cramps at night magnesium");
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
        await page.WaitForURLAsync("**/watch/youtube-dQw4w9WgXcQ?t=*");
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Back_and_forward_bring_box_and_results_with_them()
    {
        await using var watched = await AskAsync(KidneyQuestion);
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
        await using var watched = await AskAsync("kidneys water arteries walk potatoes cramps");
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
    public async Task Suggestions_are_walked_and_chosen_by_keys()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync("/");
        await Box(page).PressSequentiallyAsync("water kidn", new() { Delay = 20 });
        await Expect(Options(page)).ToHaveTextAsync(["water kidney", "water kidneys"]);
        await Expect(Box(page)).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(Results(page).First).ToBeAttachedAsync();

        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown"); // through the box again, which marks none
        await Expect(Box(page)).Not.ToHaveAttributeAsync("aria-activedescendant", Like("."));
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(Options(page).Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));
        await Expect(Box(page)).ToHaveAttributeAsync("aria-activedescendant", (await Options(page).Nth(1).GetAttributeAsync("id"))!);
        await Expect(Box(page)).ToHaveValueAsync("water kidn");
        await page.Keyboard.PressAsync("Enter");

        await Expect(Box(page)).ToHaveValueAsync("water kidneys");
        await Expect(page).ToHaveURLAsync(Like(@"\?q=water(\+|%20)kidneys$"));
        await Expect(Suggested(page)).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("[data-result] .at").First).ToBeFocusedAsync();
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_suggestion_is_chosen_by_a_click_and_the_list_goes_when_the_box_is_left()
    {
        await using var watched = await browser.OpenAsync(app, width: 390);
        var page = watched.Page;
        await page.GotoAsync("/");
        await Box(page).PressSequentiallyAsync("kidn");
        await Expect(Suggested(page)).ToBeVisibleAsync();
        await page.EvaluateAsync("() => { window.answering = fetch; window.fetch = () => Promise.reject(new TypeError()); }");
        await page.Keyboard.PressAsync("e"); // what is not answered leaves nothing of an earlier text
        await Expect(Suggested(page)).ToBeHiddenAsync();
        await page.EvaluateAsync("() => { window.fetch = window.answering; }");
        await page.Keyboard.PressAsync("Backspace");
        await Expect(Suggested(page)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(Suggested(page)).ToBeHiddenAsync();

        await Box(page).FillAsync("kidne");
        await Options(page).GetByText("kidneys").ClickAsync();
        await Expect(Box(page)).ToHaveValueAsync("kidneys");
        await Expect(Suggested(page)).ToBeHiddenAsync();
        await Expect(page).ToHaveURLAsync(Like(@"\?q=kidneys$"));
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Escape_closes_the_suggestions_then_leaves_the_box_and_keeps_its_text()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync("/");
        await Box(page).PressSequentiallyAsync("kidn");
        await Expect(Suggested(page)).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Escape");
        await Expect(Suggested(page)).ToBeHiddenAsync();
        await Expect(Box(page)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Box(page)).Not.ToBeFocusedAsync();
        await Expect(Box(page)).ToHaveValueAsync("kidn");
        await Expect(Results(page).First).ToBeVisibleAsync();
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Half_a_word_is_taken_for_what_it_likely_becomes_until_Enter_takes_it_as_it_is()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync("/");
        await Box(page).PressSequentiallyAsync("kid");
        await Expect(page.Locator("[data-told]")).ToContainTextAsync(Like("“kid” read as “kidney"));
        await Expect(Titles(page).First).ToHaveTextAsync("Stones and salt");
        await Expect(page).ToHaveURLAsync(Like(@"\?q=kidneys?$"));
        await Expect(Box(page)).ToHaveValueAsync("kid");

        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(Like(@"\?q=kid$"));
        await Expect(page.Locator("[data-told]")).Not.ToContainTextAsync("read as");
        await page.GoBackAsync();
        await Expect(page).ToHaveURLAsync(Like("/$"));
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task What_says_nothing_yet_leaves_the_page_as_it_is()
    {
        await using var watched = await AskAsync(KidneyQuestion);
        var page = watched.Page;
        var away = page.Locator("[data-away]");
        await page.EvaluateAsync("() => { window.answering = fetch; window.fetch = () => Promise.reject(new TypeError()); }");
        await Box(page).FillAsync("magnesium");
        await Expect(away).ToBeVisibleAsync();
        await page.EvaluateAsync("() => { window.fetch = window.answering; }");
        var answered = page.WaitForResponseAsync(response => response.Url.Contains("q=why&unfinished=true", StringComparison.Ordinal));
        await Box(page).FillAsync("why");
        await answered;
        await Expect(away).ToBeHiddenAsync(); // the answer has been read
        await Expect(page).ToHaveURLAsync(Like("q=kidney"));
        await Expect(Titles(page).First).ToHaveTextAsync("Stones and salt");

        await Box(page).PressAsync("Enter");
        await Expect(page.GetByText("Nothing was found.")).ToBeVisibleAsync();
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

    private static Regex Like(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    private static ILocator Box(IPage page) => page.Locator("#q");

    private static ILocator Results(IPage page) => page.Locator("[data-result]");

    private static ILocator Suggested(IPage page) => page.GetByRole(AriaRole.Listbox);

    private static ILocator Options(IPage page) => page.GetByRole(AriaRole.Option);

    private static ILocator Titles(IPage page) => page.Locator("article h2");

    private async Task<WatchedPage> AskAsync(string question)
    {
        var watched = await browser.OpenAsync(app);
        await watched.Page.GotoAsync($"/?q={Uri.EscapeDataString(question)}");
        await Expect(Results(watched.Page).First).ToBeVisibleAsync();
        return watched;
    }
}
