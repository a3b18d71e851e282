using Deque.AxeCore.Playwright;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Alerts;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public sealed class AlertsPanelTests(Browser browser)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task An_admin_sends_a_test_and_reads_what_became_of_it(ColorScheme scheme)
    {
        await using var hook = await HookServer.StartAsync(HookServer.Status(503));
        await using var app = new EmptyApp { Variables = [("ALERT_WEBHOOK_URL", hook.Address.ToString()), ("ALLOW_PRIVATE_ADDRESSES", "true")] };
        await app.InitializeAsync();
        await using var watched = await OpenAsync(app, scheme);
        var panel = watched.Page.GetByRole(AriaRole.Region, new() { Name = "Alerts" });
        var send = panel.GetByRole(AriaRole.Button, new() { Name = "Send a test" });

        await send.ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Status)).ToHaveTextAsync($"The webhook to {hook.Address.Authority} was not delivered: 127.0.0.1 did not take it (503).");
        await Expect(panel).ToContainTextAsync("It is not tried again.");
        await send.ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Status)).ToHaveTextAsync($"The webhook to {hook.Address.Authority} was delivered.");
        await Expect(panel).ToContainTextAsync("last sent");
        var found = await watched.Page.RunAxe();
        await watched.Page.SetViewportSizeAsync(360, 740);

        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));
        Assert.True(await watched.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        Assert.Equal(2L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE who = 'admin' AND action = 'test_alerts'"));
        Assert.Empty(watched.Faults);
    }

    private async Task<WatchedPage> OpenAsync(EmptyApp app, ColorScheme scheme)
    {
        var watched = await browser.OpenAsync(app, scheme);
        await app.Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, ChaffeeApp.Password, TestContext.Current.CancellationToken);
        await watched.SignInAsync();
        await watched.Page.GotoAsync("/admin/schedule");
        return watched;
    }
}
