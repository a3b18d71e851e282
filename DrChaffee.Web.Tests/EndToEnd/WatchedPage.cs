using System.Collections.Concurrent;
using Microsoft.Playwright;

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

    public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());
}
