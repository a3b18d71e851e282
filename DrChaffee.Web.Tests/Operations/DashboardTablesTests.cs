using Bunit;
using Bunit.TestDoubles;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Web.Features.Operations;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Tests.Operations;

public sealed class DashboardTablesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Recordings_without_a_key_do_not_break_the_tables()
    {
        await using var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        SourceProgress[] ended = [Progress("", "One"), Progress("", "Two"), Progress("transcript-1", "Two")];
        context.ComponentFactories.AddStub<ReprocessMenu>();

        var recent = context.Render<RecentTable>(table => table.Add(t => t.Sources, ended));
        recent.Render(table => table.Add(t => t.Sources, [.. ended.Reverse()]));
        var active = context.Render<ActiveTable>(table => table.Add(t => t.Sources, ended));
        active.Render(table => table.Add(t => t.Sources, [.. ended.Reverse()]));

        Assert.Equal((3, 3), (recent.FindAll("tbody tr").Count, active.FindAll("tbody tr").Count));
    }

    [Fact]
    public async Task A_menu_that_is_open_stays_with_its_recording_when_another_ends()
    {
        await using var context = new BunitContext();
        context.ComponentFactories.AddStub<ReprocessMenu>();
        var table = context.Render<RecentTable>(recent => recent.Add(r => r.Sources, [Progress("http-a", "A")]));
        var open = table.FindComponent<Stub<ReprocessMenu>>().Instance;

        table.Render(recent => recent.Add(r => r.Sources, [Progress("http-b", "B"), Progress("http-a", "A")]));

        Assert.Equal([false, true], table.FindComponents<Stub<ReprocessMenu>>().Select(menu => ReferenceEquals(menu.Instance, open)));
    }

    [Fact]
    public async Task Ten_that_ended_lately_are_shown_and_more_when_they_are_asked_for()
    {
        await using var context = new BunitContext();
        context.Renderer.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        context.ComponentFactories.AddStub<ReprocessMenu>();
        var table = context.Render<RecentTable>(recent => recent.Add(r => r.Sources, [.. Enumerable.Range(0, 25).Select(n => Progress($"http-{n}", $"Talk {n}"))]));
        var first = table.FindAll("tbody tr").Count;

        await table.Find("button.more").ClickAsync();

        Assert.Equal((10, 25), (first, table.FindAll("tbody tr").Count));
        Assert.Empty(table.FindAll("button.more"));
    }

    [Theory]
    [InlineData(RunState.Finished, null, 0, false)] // nothing was queued
    [InlineData(RunState.Finished, 0, 0, true)] // somebody asked for a folder in which there is nothing
    [InlineData(RunState.Finished, null, 1, true)]
    [InlineData(RunState.Failed, null, 0, true)]
    [InlineData(RunState.Stopped, null, 0, true)]
    public void A_run_that_took_nothing_up_is_no_news(RunState state, int? planned, int found, bool news) =>
        Assert.Equal(news, RunText.HasNews(new RunProgress(Guid.NewGuid(), "", state, null, Noon, Noon, planned, null, 0, found, found, 0, 0, 0, TimeSpan.Zero, null, null)));

    [Fact]
    public async Task A_run_that_failed_says_why()
    {
        await using var context = new BunitContext();
        var run = new RunProgress(Guid.NewGuid(), "Ingest a channel", RunState.Failed, "The channel does not exist.", Noon, Noon.AddSeconds(3), null, null, 0, 0, 0, 0, 0, 0, TimeSpan.Zero, null, null);

        var line = context.Render<RunLine>(l => l.Add(p => p.Run, run));

        Assert.Equal("failed", line.Find(".state-failed").TextContent);
        Assert.Equal("The channel does not exist.", line.Find(".message").TextContent);
        Assert.DoesNotContain("0 of 0", line.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_read_against_its_plan_and_can_be_stopped_where_it_runs()
    {
        await using var context = new BunitContext();
        var run = new RunProgress(
            Guid.NewGuid(), "Ingest a channel", RunState.Running, null, Noon, null, 60, TimeSpan.FromHours(9), 15, 63, 12, 1, 2, 3, TimeSpan.FromHours(2), 48.2, 540);
        var asked = false;

        var elsewhere = context.Render<RunLine>(l => l.Add(p => p.Run, run));
        var here = context.Render<RunLine>(l => l.Add(p => p.Run, run).Add(p => p.Stoppable, true).Add(p => p.OnStop, () => asked = true));
        await here.Find("button").ClickAsync();

        Assert.Equal("15 of 60 · 12 done · 3 passed by · 2 waiting · 1 failed", here.Find(".figures span").TextContent);
        Assert.Equal("2 h 00 min of 9 h 00 min of audio · 48× · about 9 min left", here.Find(".figures span:last-child").TextContent);
        Assert.Empty(elsewhere.FindAll("button"));
        Assert.True(asked);
        here.Render(l => l.Add(p => p.Run, run with { State = RunState.Finished, FinishedAt = Noon }));
        Assert.Empty(here.FindAll("button"));
    }

    [Fact]
    public async Task While_everything_is_paused_a_run_and_its_stages_say_so()
    {
        await using var context = new BunitContext();
        var run = new RunProgress(Guid.NewGuid(), "Ingest a channel", RunState.Running, null, Noon, null, 2, null, 1, 2, 1, 0, 0, 0, TimeSpan.Zero, null, null);

        var line = context.Render<RunLine>(l => l.Add(p => p.Run, run).Add(p => p.Paused, true));
        var strip = context.Render<StageStrip>(s => s.Add(p => p.Stages, [new StageLoad(Stage.Fetch, StageCondition.Starved, 0, 1, 0), new StageLoad(Stage.Decode, StageCondition.Busy, 1, 0, 1)]).Add(p => p.Paused, true));

        Assert.Equal("paused", line.Find(".state-waiting").TextContent.Trim());
        Assert.Equal("paused,busy", string.Join(',', strip.FindAll("li span:nth-child(2)").Select(word => word.TextContent)));
    }

    private static SourceProgress Progress(string key, string title) =>
        new(key, title, SourceState.Done, Stage.Store, null, 1, null, null, null, null, Noon, Noon);
}
