using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Steering;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Steering;

public sealed class QueueBookTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_is_listed_as_it_is_taken_then_what_comes_later_then_what_is_set_aside()
    {
        await using var process = await StartAsync();
        await database.SourceAsync("aside", setAside: true, priority: 9);
        await database.SourceAsync("later", "failed", "transient", next: "1 hour", priority: 9);
        await database.SourceAsync("second");
        await database.SourceAsync("due", "failed", "transient", next: "-1 minute");
        await database.SourceAsync("first", priority: 3);
        await database.SourceAsync("given-up", "failed", "gone");
        await database.SourceAsync("done", "done");

        var page = await process.Get<QueueBook>().ListAsync(new QueueFilter(), Token);
        var rest = await process.Get<QueueBook>().ListAsync(new QueueFilter { Take = 2, Skip = 3 }, Token);

        Assert.Equal(5, page.Total);
        Assert.Equal([("http-first", 1), ("http-second", 2), ("http-due", 3), ("http-later", (int?)null), ("http-aside", null)], page.Items.Select(item => (item.SourceKey, item.Place)));
        Assert.Equal(["http-later", "http-aside"], rest.Items.Select(item => item.SourceKey));
        Assert.Equal("This machine does not have the file /nowhere/first.wav.", page.Items[0].Waits);
        Assert.StartsWith("It failed 2 times and is tried again", page.Items[3].Waits, StringComparison.Ordinal);
        Assert.Equal("It was set aside; let it go to have it worked on.", page.Items[4].Waits);
    }

    [Fact]
    public async Task Failures_are_counted_by_class_without_what_was_set_aside()
    {
        await using var process = await StartAsync();
        await database.SourceAsync("a", "failed", "transient", next: "10 minutes");
        await database.SourceAsync("b", "failed", "transient");
        await database.SourceAsync("c", "failed", "gone", detail: "ERROR: private video");
        await database.SourceAsync("d", "failed", "gone", setAside: true);
        var book = process.Get<QueueBook>();

        var groups = await book.FailuresAsync(Token);
        var gone = await book.ListAsync(new QueueFilter { FailureClass = FailureClass.Gone, WithoutSetAside = true }, Token);
        var all = await book.ListAsync(new QueueFilter { State = SourceState.Failed, WithDetail = true, Channel = "Talks" }, Token);

        Assert.Equal([(FailureClass.Transient, 2, 1), (FailureClass.Gone, 1, 1)], groups.Select(group => (group.FailureClass, group.Count, group.ForAPerson)));
        Assert.NotNull(groups[0].NextTryAt);
        Assert.Equal((true, null), (Assert.Single(gone.Items).HasDetail, gone.Items[0].Detail));
        Assert.Equal("ERROR: private video", await book.DetailAsync("http-c", Token));
        Assert.Equal((4, "ERROR: private video"), (all.Total, all.Items.Single(item => item.SourceKey == "http-c").Detail));
        Assert.Equal(0, (await book.ListAsync(new QueueFilter { Channel = "Other" }, Token)).Total);
    }

    [Fact]
    public async Task The_time_that_is_left_is_told_only_where_a_pace_is_known()
    {
        await using (var idle = await StartAsync())
        {
            await database.SourceAsync("a", seconds: 3600);
            await database.SourceAsync("b", seconds: null);
            await database.SourceAsync("c", setAside: true);

            Assert.Equal(new QueueOverview(1, 1, 1, null), await idle.Get<QueueBook>().OverviewAsync(Token));
        }

        await database.SourceAsync("unheard", "waiting", seconds: 7200);
        await using var busy = new IngestionProcess(database);
        await database.ScalarAsync<object>("""
            INSERT INTO ingestion_events (at, run_id, kind, source_key, duration_sec)
            SELECT date_trunc('minute', now()) - n * interval '1 minute', gen_random_uuid(), 'done', 'http-x', 1200 FROM generate_series(1, 10) n
            """);

        var overview = await busy.Get<QueueBook>().OverviewAsync(Token);
        Assert.Equal((3d, TimeSpan.FromMinutes(3)), (overview.Hours, overview.TimeLeft)); // 20 times real time, for the hour that can start
    }

    [Fact]
    public async Task A_recording_that_was_moved_to_the_top_is_taken_first()
    {
        using var folder = new TestFolder();
        var fetcher = new FakeFetcher(folder.WriteWav("served.wav"));
        await using var process = new IngestionProcess(database, new FakeTranscriber(), fetcher: fetcher);
        await database.ClearAsync();
        string[] addresses = [.. Enumerable.Range(1, 4).Select(i => $"https://h{i}.example/{i}")];
        await Pipeline.QueueFixture.PutAsync(process, Token, addresses);
        var steering = process.Get<SourceSteering>();

        await steering.MoveAsync(Key(3), Key(0), before: true, Token);
        await steering.MoveAsync(Key(1), Key(2), before: false, Token);
        await process.TakeUpAsync(Token);

        Assert.Equal([addresses[3], addresses[0], addresses[2], addresses[1]], await TakenAsync());
        Assert.Equal("There is no no-such.", (await Assert.ThrowsAsync<NoSuchSourceException>(() => steering.MoveAsync("no-such", Key(0), before: true, Token))).Message);
        Assert.EndsWith("is done and waits no longer.", (await Assert.ThrowsAsync<IngestionException>(() => steering.MoveAsync(Key(0), Key(1), before: true, Token))).Message, StringComparison.Ordinal);

        string Key(int i) => Pipeline.QueueFixture.KeyOf(addresses[i]);

        async Task<string[]> TakenAsync() => (await database.ScalarAsync<string>("SELECT string_agg(s.source_id, ' ' ORDER BY e.id) FROM ingestion_events e JOIN sources s ON s.key = e.source_key WHERE e.kind = 'discovered'"))!.Split(' ');
    }

    [Fact]
    public async Task Stages_are_offered_where_they_can_be_done()
    {
        await using var process = await StartAsync();
        await database.SourceAsync("failed", "failed", "broken");
        await database.SourceAsync("done", "done");
        await database.SourceAsync("busy");
        await database.ScalarAsync<object>("UPDATE sources SET version = 1 WHERE key = 'http-done'; UPDATE sources SET lease_until = now() + interval '1 minute' WHERE key = 'http-busy'");
        var book = process.Get<QueueBook>();

        Assert.Equal([Stage.Fetch, Stage.Transcribe], await book.StagesAsync("http-failed", Token));
        Assert.Equal([Stage.Fetch, Stage.Transcribe, Stage.IdentifySpeakers], await book.StagesAsync("http-done", Token));
        Assert.Empty(await book.StagesAsync("http-busy", Token));
    }

    private async Task<IngestionProcess> StartAsync()
    {
        var process = new IngestionProcess(database);
        await database.ClearAsync();
        return process;
    }
}
