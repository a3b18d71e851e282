using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using DrChaffee.Domain.Accounts;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class AccountTests(Browser browser, EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task Two_factor_is_set_up_with_the_secret_and_a_code_signs_in()
    {
        await app.AddEditorAsync("phone");
        await using var first = await SignInAsync("phone");
        var page = first.Page;
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Link, new() { Name = "Set it up" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "QR code with the secret" })).ToBeVisibleAsync();
        var link = await page.GetByRole(AriaRole.Link, new() { Name = "Open in an app on this device" }).GetAttributeAsync("href");
        var secret = Base32.TryDecode(Regex.Match(link!, "secret=(?<it>[A-Z2-7]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["it"].Value)!;
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Code" }).FillAsync(Code(secret, 0));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(10);

        await using var second = await OpenAsync("/account/sign-in");
        await FillAsync(second.Page, "phone");
        await second.Page.GetByLabel("Code from the app, or a recovery code").FillAsync(Code(secret, 1));
        await second.Page.Keyboard.PressAsync("Enter");

        await second.ArriveAsync("/admin$");
        await Expect(second.Page.GetByRole(AriaRole.Heading, new() { Name = "Dashboard" })).ToBeVisibleAsync();
        Assert.Empty(first.Faults.Concat(second.Faults));
    }

    [Fact]
    public async Task A_session_that_is_ended_elsewhere_leaves_the_open_page_and_signs_nothing_more()
    {
        await app.AddEditorAsync("two-places");
        await using var open = await SignInAsync("two-places", "/admin/review");
        await using var here = await SignInAsync("two-places");
        await here.Page.GotoAsync("/account");

        await here.Page.GetByRole(AriaRole.Button, new() { Name = "End all others" }).ClickAsync();
        await Expect(here.Page.GetByText("Everywhere else you are signed out.")).ToBeVisibleAsync();

        await open.ArriveAsync("/account/sign-in", timeout: 75_000);
        await here.Page.GotoAsync("/admin");
        await Expect(here.Page.GetByRole(AriaRole.Heading, new() { Name = "Dashboard" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_editor_sees_no_button_and_no_page_of_an_admin()
    {
        await app.AddEditorAsync(ChaffeeApp.Editor);
        await using var watched = await SignInAsync(ChaffeeApp.Editor);
        var page = watched.Page;
        var nav = page.GetByRole(AriaRole.Navigation, new() { Name = "Admin" });
        await page.WaitForFunctionAsync("() => window.Blazor?._internal");

        Assert.Equal(["Ingestion", "Capacity", "Search lab", "Review"], await nav.GetByRole(AriaRole.Link).AllInnerTextsAsync());
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Ingest", Exact = true })).ToHaveCountAsync(0);
        await page.GotoAsync("/admin/models");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "That is for admins" })).ToBeVisibleAsync();
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData("/admin/accounts", ColorScheme.Light)]
    [InlineData("/admin/accounts", ColorScheme.Dark)]
    [InlineData("/admin/audit", ColorScheme.Light)]
    [InlineData("/admin/audit", ColorScheme.Dark)]
    [InlineData("/account", ColorScheme.Light)]
    [InlineData("/account", ColorScheme.Dark)]
    [InlineData("/account/two-factor", ColorScheme.Light)]
    [InlineData("/account/two-factor", ColorScheme.Dark)]
    public async Task Its_pages_can_be_read_by_everyone_and_fit_a_phone(string path, ColorScheme scheme)
    {
        _ = app.Database.ConnectionString;
        await app.Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, ChaffeeApp.Password, TestContext.Current.CancellationToken);
        await using var watched = await SignInAsync(AccountBook.Admin, path, scheme);
        var found = await watched.Page.RunAxe();
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));

        await watched.Page.SetViewportSizeAsync(360, 740);
        Assert.True(await watched.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(watched.Faults);
    }

    private static string Code(byte[] secret, int steps) => Totp.Code(secret, Totp.StepOf(TimeProvider.System.GetUtcNow()) + steps);

    private async Task<WatchedPage> SignInAsync(string name, string path = "/admin", ColorScheme scheme = ColorScheme.Light)
    {
        var watched = await OpenAsync($"/account/sign-in?return={path}", scheme);
        await FillAsync(watched.Page, name);
        await watched.ArriveAsync($"{path}$");
        await watched.Page.WaitForLoadStateAsync();
        return watched;
    }

    private async Task<WatchedPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light)
    {
        var watched = await browser.OpenAsync(app, scheme);
        await watched.Page.GotoAsync(path);
        return watched;
    }

    private static async Task FillAsync(IPage page, string name)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(ChaffeeApp.Password);
        await page.Keyboard.PressAsync("Enter");
    }
}
