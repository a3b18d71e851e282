using Bunit;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Steering;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Operations;

public sealed class SteeringPanelsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly QueueItem Talk = new(
        "http-a", "Salt", SourceState.Failed, Stage.Fetch, FailureClass.Gone, "It is private.", null, null, true, 3, null, 0, false, null, "Talks", 7, false, 90, true, Noon);

    [Fact]
    public async Task The_full_output_is_read_when_it_is_opened_and_only_then()
    {
        await using var context = Interactive();
        context.ComponentFactories.AddStub<ReprocessMenu>();
        var reads = 0;
        var row = context.Render<FailureRow>(failure => failure.Add(f => f.Item, Talk).Add(f => f.Now, Noon).Add(f => f.ReadDetail, () =>
        {
            reads++;
            return Task.FromResult<string?>("ERROR: private video");
        }));
        var before = reads;

        await row.Find("details").TriggerEventAsync("ontoggle", EventArgs.Empty);

        Assert.Equal((0, 1, "ERROR: private video"), (before, reads, row.Find("pre").TextContent));
    }

    [Theory]
    [InlineData(2, false, "⤒,↑,↓,Set aside")]
    [InlineData(null, false, "Retry now,Set aside")]
    [InlineData(null, true, "Let go")]
    public async Task A_row_offers_what_can_be_done_with_it(int? place, bool setAside, string buttons)
    {
        await using var context = Interactive();

        var row = context.Render<QueueRow>(waiting => waiting.Add(w => w.Item, Talk with { Place = place, SetAside = setAside }).Add(w => w.MaySteer, true).Add(w => w.CanAct, true));

        Assert.Equal(buttons, string.Join(',', row.FindAll(".acts button").Select(button => button.TextContent)));
        Assert.Equal(place is null ? null : "true", row.Find("tr").GetAttribute("draggable"));
    }

    [Fact]
    public async Task A_failure_that_nothing_can_fetch_has_no_retry()
    {
        await using var context = Interactive();
        context.ComponentFactories.AddStub<ReprocessMenu>();

        var row = context.Render<FailureRow>(failure => failure.Add(f => f.Item, Talk with { CanRetry = false }).Add(f => f.Now, Noon).Add(f => f.MaySteer, true).Add(f => f.ReadDetail, () => Task.FromResult<string?>(null)));

        Assert.Equal("Set aside", string.Join(',', row.FindAll(".acts button").Select(button => button.TextContent)));
    }

    [Fact]
    public async Task Listening_again_is_asked_once_and_the_rest_is_not()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        await database.SourceAsync("a", "failed", "broken");
        await using var context = Interactive(process);
        var menu = context.Render<ReprocessMenu>(open => open.Add(m => m.SourceKey, "http-a").Add(m => m.Title, "Talk a"));

        await menu.WaitForElement("button").ClickAsync();
        menu.WaitForAssertion(() => Assert.Equal("Fetch again,Listen again,Cancel", Words(menu)));
        await menu.FindAll("button")[1].ClickAsync();
        var asked = await database.ScalarAsync<string>("SELECT state FROM sources");
        Assert.Equal("Listen again, yes,Cancel", Words(menu));
        await menu.Find("button").ClickAsync();
        menu.WaitForAssertion(() => Assert.Equal("It is queued again.", menu.Find("[role=status]").TextContent));

        Assert.Equal("failed", asked);
        Assert.Equal("queued", await database.ScalarAsync<string>("SELECT state FROM sources"));
    }

    [Fact]
    public async Task A_row_that_is_dropped_stays_there()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        foreach (var name in (string[])["a", "b", "c"]) await database.SourceAsync(name);
        await using var context = Interactive(process);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.JSInterop.SetupModule("./Features/Operations/QueuePanel.razor.js").Mode = JSRuntimeMode.Loose;
        var panel = context.Render<QueuePanel>();
        panel.WaitForAssertion(() => Assert.Equal("Talk a,Talk b,Talk c", Titles(panel)));

        await panel.InvokeAsync(() => panel.Instance.DropAsync("http-c", "http-a", before: true));
        var dropped = Titles(panel);
        await panel.FindAll("button[data-step=Down]")[0].ClickAsync();

        Assert.Equal("Talk c,Talk a,Talk b", dropped);
        panel.WaitForAssertion(() => Assert.Equal("Talk a,Talk c,Talk b", Titles(panel)));
        panel.WaitForAssertion(() => Assert.Equal("At place 2 now: Talk c.", panel.Find("[role=status]").TextContent));
    }

    [Fact]
    public void What_happens_next_is_told_in_plain_words()
    {
        Assert.Equal(
            "Each is tried again by itself, up to 8 times, after a longer pause each time. The first is due in 5 min. 1 of them had all its tries and waits for you.",
            FailureText.Next(new FailureGroup(FailureClass.Transient, 3, Noon.AddMinutes(5), 1, 3), Noon));
        Assert.Equal("Nothing is tried again by itself: retry once the file has been replaced.", FailureText.Next(new FailureGroup(FailureClass.Broken, 1, null, 1, 1), Noon));
        Assert.Equal("312.5 hours of audio, 4 of unknown length, about 6 h 14 min for what can start now at the pace of the last hours, 2 set aside", QueueText.Sum(new QueueOverview(312.5, 4, 2, TimeSpan.FromMinutes(374))));
        Assert.Equal("5 min of audio", QueueText.Sum(new QueueOverview(5 / 60d, 0, 0, null)));
    }

    private static string Words(IRenderedComponent<ReprocessMenu> menu) => string.Join(',', menu.FindAll("button").Select(button => button.TextContent));

    private static string Titles(IRenderedComponent<QueuePanel> panel) => string.Join(',', panel.FindAll(".title").Select(title => title.TextContent));

    private static BunitContext Interactive(IngestionProcess? process = null)
    {
        var context = new BunitContext();
        context.AddAuthorization().SetAuthorized("admin").SetPolicies(Rights.Steer);
        if (process is not null)
        {
            context.Services.AddSingleton(process.Get<SourceSteering>()).AddSingleton(process.Get<QueueBook>()).AddSingleton(TimeProvider.System).AddLogging()
                .AddSingleton(process.Get<AuditLog>()).AddSingleton(process.Get<DatabaseState>()).AddSingleton(process.Get<IDbContextFactory<ChaffeeDbContext>>())
                .AddSingleton<Sessions>().AddScoped<PageActs>();
        }

        context.Renderer.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return context;
    }
}
