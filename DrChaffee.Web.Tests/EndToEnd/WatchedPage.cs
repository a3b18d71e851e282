using System.Collections.Concurrent;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>A page, and what went wrong in it.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _faults = new();

    public WatchedPage(IPage page, Uri address)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _faults.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Request += (_, request) =>
        {
            var to = new Uri(request.Url);
            if (to.Scheme is "http" or "https" && to.Authority != address.Authority) _faults.Enqueue($"The page asked {to.Host} for something.");
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of the console, exceptions of scripts, requests that leave this machine.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Signs in as the admin, whose password is set already, and waits for the dashboard.</summary>
    public async Task SignInAsync()
    {
        await Page.GotoAsync("/account/sign-in");
        await Page.GetByLabel("Password").FillAsync(ChaffeeApp.Password);
        await Page.Keyboard.PressAsync("Enter");
        await ArriveAsync("/admin$");
        await Page.WaitForLoadStateAsync();
    }

    /// <summary>Looks at the address until it fits: a wait for the navigation itself can miss one that is quicker than the waiting.</summary>
    /// <param name="pattern">Of the path and what follows it; a path named in the query does not count.</param>
    public Task ArriveAsync(string pattern, float? timeout = null) => Expect(Page).ToHaveURLAsync(SearchPageParts.Like($"^[^?]*{pattern}"), new() { Timeout = timeout });

    public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());
}
