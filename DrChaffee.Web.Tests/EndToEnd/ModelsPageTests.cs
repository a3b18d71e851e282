using DrChaffee.Web.Tests.Models;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class ModelsPageTests(Browser browser)
{
    [Fact]
    public async Task A_model_is_fetched_by_a_click_with_a_bar_that_moves()
    {
        await using var fetch = await FetchApp.StartAsync();
        using var client = await fetch.App.SignedInClientAsync(); // sets the password
        await using var watched = await browser.OpenAsync(fetch.App);
        var page = watched.Page;
        var held = new TaskCompletionSource();
        fetch.Hub.Held = held.Task;
        await watched.SignInAsync();
        await page.GotoAsync("/admin/models");

        var row = page.GetByRole(AriaRole.Row, new() { Name = "far onnx" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Fetch far" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("The files of far are being fetched.");
        await Expect(row.GetByRole(AriaRole.Progressbar, new() { Name = "far: files fetched" })).ToHaveAttributeAsync("aria-valuenow", "33");
        await Expect(row).ToContainTextAsync("fetching");

        held.SetResult();
        await Expect(row.GetByRole(AriaRole.Button, new() { Name = "Use far" })).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("ready");
        await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("");
        Assert.Empty(watched.Faults);
    }
}
