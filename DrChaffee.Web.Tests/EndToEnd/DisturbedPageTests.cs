using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>Two web servers that only serve, and a process that ingests, on one database.</summary>
[Collection<InABrowser>]
public sealed class DisturbedPageTests(Browser browser)
{
    private const int Talks = 8;
    private const float Patience = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_whose_line_was_cut_and_server_restarted_and_one_opened_late_end_in_the_picture_of_one_never_disturbed()
    {
        await using var app = new EmptyApp { Variables = [OtherServer.ServesOnly] };
        await app.InitializeAsync();
        (await app.SignedInClientAsync()).Dispose(); // so that the password is set
        await using var other = new OtherServer(app.Database);
        await other.StartAsync();
        await using var line = new CutLine(other.Port);
        using var pace = new SemaphoreSlim(0);
        await using var ingesting = new IngestionProcess(app.Database, new FakeTranscriber { Before = pace.WaitAsync });
        using var talks = new TestFolder();
        for (var i = 0; i < Talks; i++) talks.WriteWav($"talk {i}.wav", 2, hertz: 300 + 20 * i);
        talks.Write("no talk.wav", "This is no audio.");
        await using var undisturbed = await OpenAsync(app, app.Address);
        await using var disturbed = await OpenAsync(app, line.Address);
        var (a, b) = (undisturbed.Page, disturbed.Page);

        var run = ingesting.IngestAsync(talks.Path, Token);
        pace.Release(2);
        await SeeAsync("2 done", a, b);

        line.Cut();
        await Expect(b.GetByText("The line to the server is lost")).ToBeVisibleAsync(new() { Timeout = Patience });
        pace.Release(2);
        await SeeAsync("4 done", a);
        line.Mend();
        await SeeAsync("4 done", b);

        await other.StartAsync();
        pace.Release(1);
        var late = await b.Context.NewPageAsync();
        await late.GotoAsync("/admin");
        await SeeAsync("5 done", a, b, late);
        await Poll.UntilAsync(async () => (await TextsAsync("table.active", a, b, late)).Distinct(StringComparer.Ordinal).Count() == 1);

        pace.Release(Talks);
        await run;
        await SeeAsync("finished", a, b, late);
        var pictures = await TextsAsync("[aria-labelledby=now], [aria-labelledby=recent]", a, b, late);

        Assert.Contains($"{Talks + 1} of {Talks + 1} · {Talks} done · 1 failed", pictures[0], StringComparison.Ordinal);
        Assert.Equal(pictures[0], pictures[1]);
        Assert.Equal(pictures[0], pictures[2]);
        Assert.Empty(undisturbed.Faults);
    }

    private static async Task SeeAsync(string text, params IPage[] pages)
    {
        foreach (var page in pages) await Expect(page.Locator("[aria-labelledby=now]")).ToContainTextAsync(text, new() { Timeout = Patience });
    }

    private static Task<string[]> TextsAsync(string parts, params IPage[] pages) => Task.WhenAll(pages.Select(async page =>
        string.Join('\n', await page.Locator(parts).AllInnerTextsAsync())));

    private async Task<WatchedPage> OpenAsync(EmptyApp app, Uri address)
    {
        var watched = await browser.OpenAsync(app, address);
        var page = watched.Page;
        await watched.SignInAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Diagnose" })).ToBeEnabledAsync();
        return watched;
    }
}
