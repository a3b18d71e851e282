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
        var active = context.Render<ActiveTable>(table => table.Add(t => t.Sources, ended).Add(t => t.Now, Noon));
        active.Render(table => table.Add(t => t.Sources, [.. ended.Reverse()]));

        Assert.Equal((3, 3), (recent.FindAll("tbody tr").Count, active.FindAll("tbody tr").Count));
    }

    private static SourceProgress Progress(string key, string title) =>
        new(key, title, SourceState.Done, Stage.Store, 1, null, null, Noon, Noon);
}
