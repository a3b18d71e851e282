using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public class VisitorTests(Browser browser, ChaffeeApp app)
{
    [Fact]
    public async Task A_question_leads_to_the_second_where_it_is_answered()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Combobox).FillAsync("bread cheese sausages");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("mark").First).ToBeVisibleAsync();
        Assert.Contains("?q=bread+cheese+sausages", page.Url, StringComparison.Ordinal);

        var link = page.GetByRole(AriaRole.Link, new() { Name = "Open at" }).First;
        var second = double.Parse((await link.GetAttributeAsync("href"))!.Split("?t=")[1], System.Globalization.CultureInfo.InvariantCulture);
        await link.ClickAsync();
        await page.WaitForFunctionAsync("second => Math.abs(document.querySelector('audio').currentTime - second) < 0.5", second);

        await Expect(page.Locator(".line.spoken")).ToHaveCountAsync(1);
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_link_to_a_second_opens_there_and_a_click_on_a_line_jumps()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync($"/watch/{await app.KeyOfAsync("salt")}?t=25");
        await page.WaitForFunctionAsync("() => document.querySelector('audio').currentTime >= 25");
        await Expect(page.Locator(".line.spoken")).ToContainTextAsync("Bread, cheese and sausages");

        await page.GetByText("And what about bread?").ClickAsync();
        await page.WaitForFunctionAsync("() => { const t = document.querySelector('audio').currentTime; return t >= 20 && t < 25; }");
        await Expect(page.Locator(".line.spoken")).ToContainTextAsync("And what about bread?");
        await page.WaitForFunctionAsync("() => !document.querySelector('audio').paused");

        await page.Keyboard.PressAsync("k");
        await page.WaitForFunctionAsync("() => document.querySelector('audio').paused");
        await page.EvaluateAsync("() => { window.before = document.querySelector('audio').currentTime; }");
        await page.Keyboard.PressAsync("l");
        await page.WaitForFunctionAsync("() => Math.abs(document.querySelector('audio').currentTime - window.before - 10) < 0.5");
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task A_link_that_was_rounded_down_marks_one_line()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync($"/watch/{await app.KeyOfAsync("salt")}?t=24.5");

        await Expect(page.Locator(".line.spoken")).ToContainTextAsync("Bread, cheese and sausages");
        await Expect(page.Locator(".line.spoken, .line.marked")).ToHaveCountAsync(1);
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task Who_scrolls_by_hand_is_left_alone_and_can_come_back()
    {
        await using var watched = await browser.OpenAsync(app, width: 360);
        var page = watched.Page;
        await page.SetViewportSizeAsync(360, 420);
        await page.GotoAsync($"/watch/{await app.KeyOfAsync("salt")}?t=36");
        await Expect(page.Locator(".line.spoken")).ToHaveCountAsync(1);
        var back = page.GetByRole(AriaRole.Button, new() { Name = "Back to the spoken line" });
        await Expect(back).ToBeHiddenAsync();

        await page.Mouse.MoveAsync(180, 350);
        await page.Mouse.WheelAsync(0, -3000);
        await Expect(back).ToBeVisibleAsync();
        await back.ClickAsync();

        await Expect(page.Locator(".line.spoken")).ToBeInViewportAsync();
        await Expect(back).ToBeHiddenAsync();
        Assert.Empty(watched.Faults);
    }

    [Fact]
    public async Task The_reader_s_choice_of_colours_is_remembered_from_the_first_paint()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.GotoAsync("/");
        var light = await Background(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Colours: as the system" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Colours: light" }).ClickAsync();
        var dark = await Background(page);
        await page.ReloadAsync();

        Assert.NotEqual(light, dark);
        Assert.Equal("dark", await page.Locator("html").GetAttributeAsync("data-theme"));
        Assert.Equal(dark, await Background(page));

        static Task<string> Background(IPage page) => page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
    }

    [Fact]
    public async Task The_page_to_try_the_interface_comes_from_this_machine_alone()
    {
        await using var watched = await browser.OpenAsync(app);
        await watched.Page.GotoAsync("/api/try/");
        await Expect(watched.Page.GetByText("Find passages that answer a question.").First).ToBeVisibleAsync();
        await Expect(watched.Page.GetByText("Ask AI")).ToHaveCountAsync(0);
        await Expect(watched.Page.GetByText("SDK")).ToHaveCountAsync(0);
        await watched.Page.GetByRole(AriaRole.Link, new() { Name = "Back to DrChaffee" }).ClickAsync();
        await Expect(watched.Page.Locator("#q")).ToBeVisibleAsync();

        Assert.Empty(watched.Faults);
    }
}
