using Bunit;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Web.Features.Operations;

namespace DrChaffee.Web.Tests.Operations;

public sealed class DashboardTablesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("")]
    [InlineData("transcript-1")]
    public async Task Recordings_under_one_key_do_not_break_the_tables(string key)
    {
        await using var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        SourceProgress[] ended = [Progress(key, "One"), Progress(key, "Two"), Progress(key, "Two")];
        context.ComponentFactories.AddStub<ReprocessMenu>();

        var recent = context.Render<RecentTable>(table => table.Add(t => t.Sources, ended));
        recent.Render(table => table.Add(t => t.Sources, [.. ended.Reverse()]));
        var active = context.Render<ActiveTable>(table => table.Add(t => t.Sources, ended));
        active.Render(table => table.Add(t => t.Sources, [.. ended.Reverse()]));

        Assert.Equal((3, 3), (recent.FindAll("tbody tr").Count, active.FindAll("tbody tr").Count));
    }

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
    }

    private static SourceProgress Progress(string key, string title) =>
        new(key, title, SourceState.Done, Stage.Store, null, 1, null, null, null, null, Noon, Noon);
}
