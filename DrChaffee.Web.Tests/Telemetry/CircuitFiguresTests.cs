using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.EndToEnd;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Telemetry;

[Collection<InABrowser>]
public sealed class CircuitFiguresTests(Browser browser, ChaffeeApp app)
{
    [Fact]
    public async Task A_page_that_an_admin_looks_at_is_one_circuit_until_it_is_left()
    {
        _ = app.Database.ConnectionString;
        await app.Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, ChaffeeApp.Password, TestContext.Current.CancellationToken);
        await using var server = await ServedProcess.StartAsync(("DATABASE_URL", app.Database.ConnectionString), ("API_ONLY_MODE", "true"));
        using var client = server.Client();
        await using var watched = await browser.OpenAsync(app, server.Address);
        await watched.Page.GotoAsync("/account/sign-in?return=/admin");
        await watched.Page.GetByLabel("Name").FillAsync(AccountBook.Admin);
        await watched.Page.GetByLabel("Password").FillAsync(ChaffeeApp.Password);
        await watched.Page.Keyboard.PressAsync("Enter");

        await Poll.UntilAsync(() => ConnectedAsync(client, 1));
        await watched.Page.GotoAsync("about:blank");
        await Poll.UntilAsync(() => ConnectedAsync(client, 0));
    }

    private static async Task<bool> ConnectedAsync(HttpClient client, int circuits) => (await client.MetricsAsync()).Value("aspnetcore_components_circuit_connected") == circuits;
}
