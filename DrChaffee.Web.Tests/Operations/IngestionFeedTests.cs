using System.Collections.Concurrent;
using System.Text.Json;
using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Operations;

public sealed class IngestionFeedTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_page_that_watched_and_one_that_comes_later_see_the_same_picture()
    {
        await using var watching = new IngestionProcess(database);
        await database.ClearAsync();
        await using var ingesting = new IngestionProcess(database);
        await using var later = new IngestionProcess(database);
        WriteTalks(3);
        using var subscription = watching.Get<IngestionFeed>().Subscribe(_ => { });
        await ingesting.IngestAsync(_folder.Path, Token);

        var watched = await watching.Get<IngestionFeed>().LatestAsync(Token);
        var fresh = await later.Get<IngestionFeed>().LatestAsync(Token);

        Assert.Equal((3, 3), (fresh.Runs[0].Found, fresh.Runs[0].Done));
        Assert.Equal(JsonSerializer.Serialize(fresh), JsonSerializer.Serialize(watched));
    }

    [Fact]
    public async Task Subscribers_hear_of_a_run_in_another_process()
    {
        await using var watching = new IngestionProcess(database);
        await database.ClearAsync();
        await using var ingesting = new IngestionProcess(database);
        WriteTalks(1);
        TaskCompletionSource<IngestionSnapshot> heard = new();
        using var subscription = watching.Get<IngestionFeed>().Subscribe(picture =>
        {
            if (picture.Recent.Count > 0) heard.TrySetResult(picture);
        });

        await ingesting.IngestAsync(_folder.Path, Token);

        var picture = await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal("Talk0", picture.Recent[0].Title);
    }

    [Fact]
    public async Task A_process_that_starts_after_many_runs_sees_the_one_that_still_goes_on_and_the_same_endings()
    {
        await using var watching = new IngestionProcess(database);
        await database.ClearAsync();
        await AppendRunsAsync(1, 15);
        await watching.Get<IngestionFeed>().LatestAsync(Token);
        await AppendRunsAsync(16, 40);
        await AppendRunsAsync(41, 80, nothingEnds: true);
        await database.ScalarAsync<object>("INSERT INTO ingestion_events (at, run_id, kind, source_key, title, stage) VALUES (now(), '00000000-0000-0000-0000-000000000001', 'stage_started', 'file-long', 'Long', 'transcribe')");
        await using var later = new IngestionProcess(database);

        var watched = await watching.Get<IngestionFeed>().LatestAsync(Token);
        var fresh = await later.Get<IngestionFeed>().LatestAsync(Token);

        Assert.Equal("Long", Assert.Single(fresh.Active).Title);
        Assert.Equal((21, "Talk 40"), (fresh.Recent.Count, fresh.Recent[0].Title));
        Assert.Equal(JsonSerializer.Serialize((fresh.Active, fresh.Recent)), JsonSerializer.Serialize((watched.Active, watched.Recent)));
        Assert.Equal(fresh.Runs.Select(run => (run.RunId, run.Ended)), watched.Runs.Select(run => (run.RunId, run.Ended)));
    }

    [Fact]
    public async Task Events_reach_a_subscriber_once_and_in_order()
    {
        await using var watching = new IngestionProcess(database);
        await database.ClearAsync();
        await AppendRunsAsync(1, 5);
        ConcurrentQueue<long> heard = [];
        using var subscription = watching.Get<IngestionFeed>().SubscribeToEvents(events =>
        {
            foreach (var happened in events) heard.Enqueue(happened.Id);
        });
        var picture = await watching.Get<IngestionFeed>().LatestAsync(Token);
        await AppendRunsAsync(6, 20);
        await Poll.UntilAsync(() => Task.FromResult(heard.Contains(20 * 3 - 1)));

        Assert.Equal(Enumerable.Range(1, 20 * 3 - 1).Select(n => (long)n), heard);
        Assert.Equal(5 * 3 - 1, picture.LastEventId);
    }

    [Fact]
    public async Task A_run_whose_plan_fails_shows_the_sentence()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        var missing = Path.Combine(_folder.Path, "missing");

        var fault = await Assert.ThrowsAnyAsync<IngestionException>(() => process.IngestAsync(missing, Token));
        var run = Assert.Single((await process.Get<IngestionFeed>().LatestAsync(Token)).Runs);

        Assert.Equal((RunState.Failed, fault.Message), (run.State, run.Message));
    }

    [Fact]
    public async Task A_stage_with_something_in_hand_is_busy_and_the_others_are_starved()
    {
        using var heard = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var transcriber = new FakeTranscriber
        {
            Before = async token =>
            {
                heard.Release();
                await goOn.WaitAsync(token);
            },
        };
        await using var process = new IngestionProcess(database, transcriber);
        await database.ClearAsync();
        _folder.WriteWav("a.wav");
        var feed = process.Get<IngestionFeed>();

        var running = process.IngestAsync(_folder.Path, Token);
        await heard.WaitAsync(Token);
        await Poll.UntilAsync(async () => (await feed.LatestAsync(Token)).Stages[(int)Stage.Transcribe].Working == 1);
        var meanwhile = await feed.LatestAsync(Token);
        goOn.Release();
        await running;

        Assert.Equal(StageCondition.Busy, meanwhile.Stages[(int)Stage.Transcribe].Condition);
        Assert.Equal(StageCondition.Starved, meanwhile.Stages[(int)Stage.Embed].Condition);
        Assert.Equal((1, TimeSpan.FromSeconds(1)), (meanwhile.Runs[0].Planned, meanwhile.Active[0].Duration));
        Assert.All((await feed.LatestAsync(Token)).Stages, load => Assert.Equal(StageCondition.Idle, load.Condition));
    }

    [Fact]
    public async Task A_run_from_a_page_can_be_stopped()
    {
        var transcriber = new FakeTranscriber { Before = token => Task.Delay(Timeout.Infinite, token) };
        await using var process = new IngestionProcess(database, transcriber);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        var worker = process.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<IngestionRunsWorker>().Single();
        await worker.StartAsync(Token);

        var run = await process.Get<IngestionRuns>().StartAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = _folder.Path }, Token);
        while (transcriber.Heard.IsEmpty) await Task.Delay(20, Token);
        var stopped = process.Get<IngestionRuns>().RequestStop(run);

        Assert.True(stopped);
        Assert.False(process.Get<IngestionRuns>().CanStop(run));
        while (await database.ScalarAsync<string>("SELECT kind FROM ingestion_events ORDER BY id DESC LIMIT 1") != "run_finished") await Task.Delay(20, Token);
        Assert.Equal("queued", await database.ScalarAsync<string>("SELECT state FROM sources"));
        Assert.Equal(RunState.Stopped, Assert.Single((await process.Get<IngestionFeed>().LatestAsync(Token)).Runs).State);
        await worker.StopAsync(Token);
    }

    /// <summary>Each begins, takes one recording in, and finishes; but the first goes on.</summary>
    private Task<object?> AppendRunsAsync(int first, int last, bool nothingEnds = false) => database.ScalarAsync<object>($"""
        INSERT INTO ingestion_events (at, run_id, kind, source_key, title, stage, message)
        SELECT now() - interval '1 hour', lpad(run::text, 32, '0')::uuid, step.kind, CASE step.kind WHEN 'done' THEN 'file-' || run END, 'Talk ' || run, 'store', NULL
        FROM generate_series({first}, {last}) run, (VALUES (1, 'run_started'), (2, 'done'), (3, 'run_finished')) step(place, kind)
        WHERE (run > 1 OR place < 3) AND NOT (kind = 'done' AND {nothingEnds}) ORDER BY run, place
        """);

    private void WriteTalks(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _folder.WriteWav($"talk{i}.wav", hertz: 200 + i);
            _folder.WriteSrt($"talk{i}.srt", $"This is talk number {i}.");
        }
    }
}
