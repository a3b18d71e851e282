using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>What pages need, the Content-Security-Policy lets them have; a browser says in its console what it refused.</summary>
[Collection<InABrowser>]
public sealed class PagePolicyTests(Browser browser, ChaffeeApp app)
{
    [Fact]
    public async Task Every_page_there_is_works_under_the_policy()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        var pages = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Where(path => !path.Contains('{', StringComparison.Ordinal) && path is not ("/not-found" or "/error")).Distinct().ToList();
        using var client = await app.SignedInClientAsync(); // sets the password
        await watched.SignInAsync();

        Assert.Contains("/admin/models", pages);
        foreach (var path in (string[])[.. pages, "/?q=how+much+salt", $"/watch/{await app.KeyOfAsync("salt")}?t=10", "/api/try/"])
        {
            await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
            if (path.StartsWith("/admin", StringComparison.Ordinal)) await page.WaitForFunctionAsync("() => window.Blazor !== undefined");
            Assert.Empty(watched.Faults.Select(fault => $"{path}: {fault}"));
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/admin")]
    public async Task A_script_that_got_into_a_page_does_not_run(string path)
    {
        await using var watched = await browser.OpenAsync(app);
        await watched.Page.GotoAsync(path);
        await watched.Page.EvaluateAsync("() => { const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script); document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = true\">'); }");
        await watched.Page.WaitForTimeoutAsync(200);

        Assert.False(await watched.Page.EvaluateAsync<bool>("() => window.ran === true"));
        Assert.Contains(watched.Faults, fault => fault.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_frame_of_a_video_from_YouTube_is_let_in()
    {
        await using var watched = await browser.OpenAsync(app);
        var page = watched.Page;
        await page.RouteAsync("https://www.youtube-nocookie.com/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<p>The video</p>" }));
        await page.GotoAsync($"/watch/{await app.KeyOfAsync("old interview")}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play the video" }).ClickAsync();

        await Expect(page.FrameLocator("iframe").GetByText("The video")).ToBeVisibleAsync();
        Assert.Equal(["The page asked www.youtube-nocookie.com for something."], watched.Faults);
    }
}
