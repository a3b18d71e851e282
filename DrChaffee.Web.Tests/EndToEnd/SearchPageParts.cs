using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>Where the parts of the search page are, and how it is opened with a question answered.</summary>
internal static class SearchPageParts
{
    public const string KidneyQuestion = "kidney stones water";

    public static Regex Like(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    public static ILocator Box(IPage page) => page.Locator("#q");

    public static ILocator Results(IPage page) => page.Locator("[data-result]");

    public static ILocator Suggested(IPage page) => page.GetByRole(AriaRole.Listbox);

    public static ILocator Options(IPage page) => page.GetByRole(AriaRole.Option);

    public static ILocator Titles(IPage page) => page.Locator("article h2");

    public static async Task<WatchedPage> AskAsync(this Browser browser, TalksApp app, string question)
    {
        var watched = await browser.OpenAsync(app);
        await watched.Page.GotoAsync($"/?q={Uri.EscapeDataString(question)}");
        await Expect(Results(watched.Page).First).ToBeVisibleAsync();
        return watched;
    }
}
