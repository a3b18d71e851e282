using Deque.AxeCore.Playwright;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;

namespace DrChaffee.Web.Tests.EndToEnd;

[Collection<InABrowser>]
public class EveryPageTests(Browser browser, ChaffeeApp app)
{
    public static TheoryData<string, ColorScheme> PagesInBothSchemes => new(
        from page in new[] { "/", "/?q=how+much+salt", "/?q=zzzz&source=none", "/watch/", "/library", "/account/sign-in" }
        from scheme in new[] { ColorScheme.Light, ColorScheme.Dark }
        select (page, scheme));

    [Theory]
    [MemberData(nameof(PagesInBothSchemes))]
    public async Task It_can_be_read_by_everyone(string path, ColorScheme scheme)
    {
        await using var watched = await OpenAsync(path, scheme, 1280);
        var found = await watched.Page.RunAxe();

        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help} ({string.Join(" ", v.Nodes.Select(n => n.Html))})"));
        Assert.Empty(watched.Faults);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?q=how+much+salt")]
    [InlineData("/watch/")]
    [InlineData("/library")]
    [InlineData("/account/sign-in")]
    public async Task It_fits_a_narrow_phone(string path)
    {
        await using var watched = await OpenAsync(path, ColorScheme.Light, 360);
        var fits = await watched.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth");

        Assert.True(fits);
        Assert.Empty(watched.Faults);
    }

    private async Task<WatchedPage> OpenAsync(string path, ColorScheme scheme, int width)
    {
        var watched = await browser.OpenAsync(app, scheme, width);
        await watched.Page.GotoAsync(path == "/watch/" ? $"/watch/{await app.KeyOfAsync("salt")}?t=10" : path);
        return watched;
    }
}
