using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class WorkQueueTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_killed_run_left_is_taken_up_by_whoever_comes_next()
    {
        await using var process = await StartAsync();
        await process.PutAsync(Token, "https://a.example/1", "https://a.example/2");
        await database.ScalarAsync<object>("UPDATE sources SET state = 'working', attempts = 1, lease_owner = 'killed', lease_until = now() - interval '1 second' WHERE source_id LIKE '%1'");

        var report = await process.TakeUpAsync(Token);

        Assert.Equal(new RunCounts(2, 2, 0, 0, 0), report.Counts);
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done' AND version = 1 AND lease_owner IS NULL AND attempts = 0"));
        await using var db = await database.OpenAsync();
        Assert.Equal("Talks", (await db.Sources.Include(s => s.Channel).FirstAsync(Token)).Channel!.Title);
    }

    [Fact]
    public async Task The_higher_priority_comes_first()
    {
        await using var process = await StartAsync();
        await process.PutAsync(Token, "https://a.example/1", "https://b.example/2", "https://c.example/3");
        await process.Get<SourceSteering>().SetPriorityAsync(QueueFixture.KeyOf("https://c.example/3"), 5, Token);
        await process.Get<SourceSteering>().SetPriorityAsync(QueueFixture.KeyOf("https://a.example/1"), -5, Token);

        await process.TakeUpAsync(Token);

        Assert.Equal(["discovered c", "discovered b", "discovered a"], await OrderAsync());
    }

    [Fact]
    public async Task A_file_that_this_machine_does_not_have_is_passed_by_and_done_by_the_one_that_has_it()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        var path = _folder.WriteWav("talk.wav");
        _folder.WriteSrt("talk.srt", "Sleep comes first.");
        await process.IngestAsync(_folder.Path, Token);
        await process.Get<SourceSteering>().ReprocessAsync((await database.ScalarAsync<string>("SELECT key FROM sources"))!, Domain.Operations.Stage.Fetch, Token);
        File.Move(path, path + ".away");

        var elsewhere = await process.TakeUpAsync(Token);
        var why = await process.Get<SourceSteering>().WhyAsync([(await database.ScalarAsync<string>("SELECT key FROM sources"))!], Token);
        File.Move(path + ".away", path);
        var here = await process.TakeUpAsync(Token);

        Assert.Equal(0, elsewhere.Counts.Found);
        Assert.Equal($"This machine does not have the file {path}.", Assert.Single(why).Reason);
        Assert.Equal(1, here.Counts.Done);
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT version FROM sources"));
    }

    [Fact]
    public async Task Set_aside_paused_or_outside_its_hours_nothing_is_taken()
    {
        await using var process = await StartAsync();
        await process.PutAsync(Token, "https://a.example/1");
        var steering = process.Get<SourceSteering>();
        var key = QueueFixture.KeyOf("https://a.example/1");
        var hour = TimeOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime).AddHours(2).Hour;

        await steering.SetAsideAsync(key, Token);
        var aside = await process.TakeUpAsync(Token);
        await steering.LetGoAsync(key, Token);
        await database.ScalarAsync<object>("UPDATE channels SET paused = true");
        var paused = await process.TakeUpAsync(Token);
        await database.ScalarAsync<object>($"UPDATE channels SET paused = false, active_from = '{hour:00}:00', active_to = '{(hour + 1) % 24:00}:00'");
        var outside = await process.TakeUpAsync(Token);
        await database.ScalarAsync<object>("UPDATE channels SET active_from = NULL, active_to = NULL");
        var free = await process.TakeUpAsync(Token);

        Assert.Equal([0, 0, 0, 1], new[] { aside, paused, outside, free }.Select(report => report.Counts.Done));
    }

    [Fact]
    public async Task Everything_paused_is_seen_within_two_seconds_by_a_run_under_way_and_gone_on_from()
    {
        var transcriber = new FakeTranscriber { Before = token => Task.Delay(200, token) };
        await using var process = new IngestionProcess(database, transcriber);
        await database.ClearAsync();
        for (var i = 0; i < 30; i++) _folder.WriteWav($"talks/talk{i}.wav", hertz: 200 + i, seconds: 0.2);

        var running = process.IngestAsync(Path.Combine(_folder.Path, "talks"), Token);
        await Poll.UntilAsync(() => Task.FromResult(transcriber.Heard.Count >= 2));
        await process.Get<SourceSteering>().PauseAllAsync(Token);
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        var takenSoonAfter = await TakenAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        var takenLater = await TakenAsync();
        var paused = await process.Get<SourceSteering>().IsPausedAsync(Token);
        await process.Get<SourceSteering>().ResumeAllAsync(Token);
        var report = await running;

        Assert.True(paused);
        Assert.InRange(takenSoonAfter, 2, 29);
        Assert.Equal(takenSoonAfter, takenLater);
        Assert.Equal(new RunCounts(30, 30, 0, 0, 0), report.Counts);

        Task<long> TakenAsync() => database.ScalarAsync<long>("SELECT count(*) FROM ingestion_events WHERE kind = 'discovered'");
    }

    [Fact]
    public async Task A_production_machine_does_no_more_than_its_own()
    {
        await using var process = await StartAsync(RunMode.Production);
        await process.PutAsync(Token, [.. Enumerable.Range(0, 8).Select(i => $"https://h{i}.example/talk")]);

        var report = await process.TakeUpAsync(Token);

        Assert.Equal(5, report.Counts.Done);
    }

    [Fact]
    public async Task A_source_that_ends_every_process_is_left_to_a_person()
    {
        await using var process = await StartAsync();
        await process.PutAsync(Token, "https://a.example/1");
        await database.ScalarAsync<object>($"UPDATE sources SET state = 'working', attempts = {RetryPolicy.MostAbandoned}, lease_owner = 'killed', lease_until = now() - interval '1 second'");

        var report = await process.TakeUpAsync(Token);

        Assert.Equal(0, report.Counts.Found);
        Assert.Equal("The program ended each time it worked on this, 25 times in all.", await database.ScalarAsync<string>("SELECT state_reason FROM sources WHERE state = 'failed' AND failure_class = 'ours'"));
    }

    private async Task<IngestionProcess> StartAsync(RunMode mode = RunMode.Local)
    {
        var process = new IngestionProcess(database, new FakeTranscriber(), mode, fetcher: new FakeFetcher(_folder.WriteWav("served/talk.wav")));
        await database.ClearAsync();
        return process;
    }

    private async Task<IReadOnlyList<string>> OrderAsync()
    {
        await using var db = await database.OpenAsync();
        return [.. (await db.IngestionEvents.Where(e => e.Kind == Domain.Operations.IngestionEventKind.Discovered).OrderBy(e => e.Id).Select(e => e.Title!).ToListAsync(Token)).Select(title => $"discovered {title["Talk at https://".Length]}")];
    }
}
