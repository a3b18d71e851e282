using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Ingestion.Schedule.Jobs;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Schedule;

public sealed class JobTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();
    private int _talks;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_nightly_run_takes_the_newest_few_and_leaves_out_shorts_and_what_is_done()
    {
        await database.ClearAsync();
        await using var process = Start(limit: 2);
        Talk("2024-01-01 Oldest", 130);
        Talk("2024-03-01 Newest", 130);
        Talk("2024-02-01 Middle", 130);
        Talk("2024-04-01 A short", 30);
        await SubscribeAsync(_folder.Path);

        var first = await process.Get<ChannelRuns>().TakeNewestAsync(Token);
        var taken = await TitlesAsync();
        var second = await process.Get<ChannelRuns>().TakeNewestAsync(Token);

        Assert.Equal("1 channel looked at, 2 new recordings taken in.", first);
        Assert.Equal(["Middle", "Newest"], taken);
        Assert.Equal("1 channel looked at, 1 new recording taken in.", second);
        Assert.Equal(["Middle", "Newest", "Oldest"], await TitlesAsync());
    }

    [Fact]
    public async Task The_limit_holds_for_all_channels_together_and_who_got_none_comes_first_the_next_night()
    {
        await database.ClearAsync();
        await using var process = Start(limit: 1);
        Talk("a/2024-01-01 Of a", 130);
        Talk("a/2024-01-02 Of a too", 130);
        Talk("b/2024-01-01 Of b", 130);
        await SubscribeAsync(Path.Combine(_folder.Path, "a"));
        await SubscribeAsync(Path.Combine(_folder.Path, "b"));

        await process.Get<ChannelRuns>().TakeNewestAsync(Token);
        var first = await TitlesAsync();
        await process.Get<ChannelRuns>().TakeNewestAsync(Token);

        Assert.Equal(["Of a too"], first);
        Assert.Equal(["Of a too", "Of b"], await TitlesAsync());
    }

    [Fact]
    public async Task A_rescan_queues_what_is_new_in_each_channel_that_is_due_and_a_bad_one_is_not_in_the_way()
    {
        await database.ClearAsync();
        await using var process = Start();
        Talk("2024-01-01 A talk", 10);
        await SubscribeAsync("/no/such/folder");
        await SubscribeAsync(_folder.Path);
        await SubscribeAsync("/paused/folder", paused: true);
        await SubscribeAsync("/looked/at/just/now", checkedAt: TimeProvider.System.GetUtcNow());

        var failure = await Assert.ThrowsAsync<IngestionException>(() => process.Get<ChannelRuns>().RescanAsync(Token));
        var again = await process.Get<ChannelRuns>().RescanAsync(Token);
        await using var db = await database.OpenAsync();
        var channels = await db.Channels.OrderBy(c => c.Id).ToListAsync(Token);

        Assert.Equal("1 channel looked at, 1 new recording queued. Not looked at: folder: There is no folder /no/such/folder.", failure.Message);
        Assert.Equal("No channel was due.", again);
        Assert.Equal("There is no folder /no/such/folder.", channels[0].CheckFault);
        Assert.Null(channels[1].CheckFault);
        Assert.All(channels.Take(2), channel => Assert.NotNull(channel.CheckedAt));
        Assert.Null(channels[2].CheckedAt);
    }

    [Fact]
    public async Task A_rescan_looks_once_and_the_run_does_what_was_found_then()
    {
        await database.ClearAsync();
        await using var process = Start();
        Talk("2024-01-01 A talk", 10);
        await SubscribeAsync(_folder.Path);

        await process.Get<ChannelRuns>().RescanAsync(Token);
        Talk("2024-01-02 Another", 10);
        await using var waiting = process.Get<IngestionRuns>().WaitingAsync(Token).GetAsyncEnumerator(Token);
        await waiting.MoveNextAsync();
        var report = await process.Get<IngestionPipeline>().RunAsync(waiting.Current, Token);

        Assert.Equal((1, 1), (report.Counts.Found, report.Counts.Done));
        Assert.Equal(["A talk"], await TitlesAsync());
    }

    [Fact]
    public async Task A_channel_whose_run_finds_no_place_stays_due()
    {
        await database.ClearAsync();
        await using var process = Start();
        Talk("2024-01-01 A talk", 10);
        await SubscribeAsync(_folder.Path);
        for (var i = 0; i < 8; i++) await process.Get<IngestionRuns>().StartAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = "/some/other/folder" }, Token);

        var failure = await Assert.ThrowsAsync<IngestionException>(() => process.Get<ChannelRuns>().RescanAsync(Token));

        Assert.Equal("0 channels looked at, 0 new recordings queued. Not looked at: folder: 8 runs wait already; start this one when they are done.", failure.Message);
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM channels WHERE checked_at IS NULL"));
    }

    [Fact]
    public async Task What_failed_for_a_passing_reason_is_tried_again_when_it_is_due()
    {
        await database.ClearAsync();
        await using var process = Start();
        var due = await FailedAsync("due", FailureClass.Transient, TimeSpan.FromMinutes(-1));
        var early = await FailedAsync("early", FailureClass.Transient, TimeSpan.FromMinutes(5));
        var broken = await FailedAsync("broken", FailureClass.Broken, next: null);
        var aside = await FailedAsync("aside", FailureClass.Transient, TimeSpan.FromMinutes(-1), setAside: true);

        var first = await process.Get<DueSources>().RetryAsync(Token);
        var second = await process.Get<DueSources>().RetryAsync(Token);
        await using var db = await database.OpenAsync();
        var states = await db.Sources.ToDictionaryAsync(s => s.Id, s => s.State, Token);

        Assert.Equal("1 tried again: 1 done, 0 failed.", first);
        Assert.Equal("Nothing was due.", second);
        Assert.Equal(SourceState.Done, states[due]);
        Assert.All([early, broken, aside], id => Assert.Equal(SourceState.Failed, states[id]));
    }

    [Fact]
    public async Task What_is_old_is_removed_and_what_is_needed_stays()
    {
        await database.ClearAsync();
        await using var process = Start();
        var now = TimeProvider.System.GetUtcNow();
        await using (var db = await database.OpenAsync())
        {
            await db.JobRuns.ExecuteDeleteAsync(Token);
            db.IngestionEvents.AddRange(Event(now.AddDays(-31)), Event(now.AddDays(-29)));
            db.JobRuns.AddRange(
                Run("rescan", now.AddDays(-8), JobOutcome.Done), Run("rescan", now.AddDays(-8), JobOutcome.Failed), Run("ingest", now.AddDays(-8), JobOutcome.Done),
                Run("ingest", now.AddDays(-91), JobOutcome.Failed), Run("rescan", now.AddDays(-1), JobOutcome.Done));
            await db.SaveChangesAsync(Token);
        }

        var settings = process.Get<ChaffeeSettings>();
        var (oldWork, newWork) = (Directory.CreateDirectory(Path.Combine(settings.DataDirectory, "work", "old")), Directory.CreateDirectory(Path.Combine(settings.DataDirectory, "work", "new")));
        Directory.CreateDirectory(Path.Combine(settings.AudioDirectory, "ab"));
        var (oldPart, newPart, kept) = (Path.Combine(settings.AudioDirectory, "ab", ".x.part"), Path.Combine(settings.AudioDirectory, "ab", ".y.part"), Path.Combine(settings.AudioDirectory, "ab", "z.mp3"));
        foreach (var file in (string[])[oldPart, newPart, kept]) await File.WriteAllTextAsync(file, "x", Token);
        foreach (var file in (string[])[oldPart, kept]) File.SetLastWriteTimeUtc(file, now.UtcDateTime.AddDays(-3));
        oldWork.LastWriteTimeUtc = now.UtcDateTime.AddDays(-3);

        var told = await process.Get<CleanUpJob>().CleanUpAsync(Token);

        Assert.Equal("Removed 1 events, 2 job runs, 1 work folders and 1 unfinished audio files.", told);
        Assert.Equal((false, true, false, true, true), (Directory.Exists(oldWork.FullName), Directory.Exists(newWork.FullName), File.Exists(oldPart), File.Exists(newPart), File.Exists(kept)));
        Assert.Equal(3, await database.ScalarAsync<long>("SELECT count(*) FROM job_runs"));
    }

    private IngestionProcess Start(int limit = 5) => new(database, limit: limit);

    /// <summary>No two are alike, or the later would pass for a copy of the first.</summary>
    private void Talk(string name, double seconds)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder.Path, name))!);
        _folder.WriteWav($"{name}.wav", seconds, 300 + 10 * _talks++);
        _folder.WriteSrt($"{name}.srt", $"The talk {name} is about the kidneys.", "They clean the blood all day long.");
    }

    private async Task SubscribeAsync(string path, bool paused = false, DateTimeOffset? checkedAt = null)
    {
        await using var db = await database.OpenAsync();
        db.Channels.Add(new Channel { Kind = "folder", Address = path, Title = "folder", RescanEvery = TimeSpan.FromHours(1), Paused = paused, CheckedAt = checkedAt });
        await db.SaveChangesAsync(Token);
    }

    private async Task<long> FailedAsync(string name, FailureClass failureClass, TimeSpan? next, bool setAside = false)
    {
        Talk(name, 4);
        var path = Path.Combine(_folder.Path, $"{name}.wav");
        await using var db = await database.OpenAsync();
        var source = new Source
        {
            SourceType = "file",
            SourceId = name,
            Key = $"file-{name}",
            Title = name,
            Origin = path,
            State = SourceState.Failed,
            FailureClass = failureClass,
            NextTryAt = TimeProvider.System.GetUtcNow() + next,
            SetAside = setAside,
            FetchPlan = new FetchPlan(FetchKind.File, path, Path.ChangeExtension(path, ".srt")).ToJson(),
        };
        db.Sources.Add(source);
        await db.SaveChangesAsync(Token);
        return source.Id;
    }

    private async Task<IReadOnlyList<string>> TitlesAsync()
    {
        await using var db = await database.OpenAsync();
        return await db.Sources.Where(s => s.State == SourceState.Done).Select(s => s.Title).OrderBy(t => t).ToListAsync(Token);
    }

    private static IngestionEvent Event(DateTimeOffset at) => new() { At = at, RunId = Guid.NewGuid(), Kind = IngestionEventKind.RunStarted };

    private static JobRun Run(string job, DateTimeOffset at, JobOutcome outcome) => new() { Job = job, StartedAt = at, FinishedAt = at, Outcome = outcome, Process = "test" };
}
