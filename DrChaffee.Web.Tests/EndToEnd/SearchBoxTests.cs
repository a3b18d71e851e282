using Deque.AxeCore.Playwright;
using DrChaffee.Web.Tests.Infrastructure;
using static DrChaffee.Web.Tests.EndToEnd.SearchPageParts;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>What the search box offers while a visitor types, and how half a word is taken.</summary>
[Collection<InABrowser>]
public abstract class SearchBoxTests<TApp>(Browser browser, TApp app) : IClassFixture<TApp> where TApp : TalksApp
{
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
        await using var watched = await browser.AskAsync(app, KidneyQuestion);
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
}

[Collection<InABrowser>]
public sealed class SearchBoxTests(Browser browser, TalksApp app) : SearchBoxTests<TalksApp>(browser, app);
