using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class IngestionPipelineTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_recording_with_captions_becomes_passages_that_can_be_found()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("2024-05-01 sleep_and_light.wav");
        _folder.WriteSrt("2024-05-01 sleep_and_light.srt", "Ann: Sleep comes first.", "Speaker 2: And light?", "Ann: Light in the morning, every single day.", "Speaker 2: Every day, even in winter?");

        var report = await process.IngestAsync(_folder.Path, Token);

        Assert.Equal(new RunCounts(1, 1, 0, 0, 0), report.Counts);
        await using var db = await database.OpenAsync();
        var source = await db.Sources.Include(s => s.Channel).SingleAsync(Token);
        Assert.Equal((SourceState.Done, "Sleep and light", 1L), (source.State, source.Title, source.Version));
        Assert.Equal(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero), source.PublishedAt);
        Assert.Equal(Path.GetFileName(_folder.Path), source.Channel!.Title);
        Assert.StartsWith("file-sleep-and-light-", source.Key, StringComparison.Ordinal);
        Assert.Null(source.LeaseOwner);
        Assert.Equal(4, await db.Segments.CountAsync(Token));
        Assert.Equal(await db.Passages.CountAsync(Token), await db.PassageEmbeddings.CountAsync(Token));
        Assert.Equal([("Ann", true), ("Speaker 2", false)], (await db.Speakers.OrderBy(s => s.Name).ToListAsync(Token)).Select(s => (s.Name, s.SourceId is null)));
    }

    [Fact]
    public async Task The_journal_tells_each_step_in_order()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        _folder.WriteSrt("talk.srt", "Sleep comes first.");

        var report = await process.IngestAsync(_folder.Path, Token);

        await using var db = await database.OpenAsync();
        var events = await db.IngestionEvents.Where(e => e.RunId == report.RunId && e.Kind != IngestionEventKind.Progress).OrderBy(e => e.Id).ToListAsync(Token);
        Assert.Equal((IngestionEventKind.RunStarted, IngestionEventKind.RunFinished), (events[0].Kind, events[^1].Kind));
        Assert.Equal((IngestionEventKind.Planned, 1), (events[1].Kind, events[1].Recordings));
        Assert.Equal((IngestionEventKind.Discovered, IngestionEventKind.Done), (events[2].Kind, events[^2].Kind));
        Assert.Equal(Enum.GetValues<Stage>().Skip(1), events.Where(e => e.Kind == IngestionEventKind.StageFinished).Select(e => e.Stage!.Value));
    }

    [Fact]
    public async Task One_bad_media_file_does_not_stop_the_rest()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("a.wav");
        _folder.WriteSrt("a.srt", "The first is fine.");
        _folder.Write("b.mp3", "this is no music at all");
        _folder.WriteSrt("b.srt", "The second is broken.");
        _folder.WriteWav("c.wav", hertz: 300);
        _folder.WriteSrt("c.srt", "The third is fine.");

        var report = await process.IngestAsync(_folder.Path, Token);
        var again = await process.IngestAsync(_folder.Path, Token);

        Assert.Equal(new RunCounts(3, 2, 1, 0, 0), report.Counts);
        Assert.Equal(new RunCounts(3, 0, 0, 0, 3), again.Counts); // nothing was tried
        var failure = Assert.Single(report.Failures);
        Assert.Equal(FailureClass.Broken, failure.FailureClass);
        Assert.DoesNotContain(_folder.Path, failure.Reason, StringComparison.Ordinal);
        await using var db = await database.OpenAsync();
        var broken = await db.Sources.SingleAsync(s => s.State == SourceState.Failed, Token);
        Assert.Equal((FailureClass.Broken, failure.Reason, (string?)null), (broken.FailureClass, broken.StateReason, broken.LeaseOwner));
    }

    [Fact]
    public async Task A_recording_without_captions_waits_and_goes_on_when_they_appear()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");

        var first = await process.IngestAsync(_folder.Path, Token);
        var second = await process.IngestAsync(_folder.Path, Token);
        _folder.WriteSrt("talk.srt", "Now there are captions.");
        var third = await process.IngestAsync(_folder.Path, Token);

        Assert.Equal([(1, 0), (1, 0), (0, 1)], new[] { first, second, third }.Select(r => (r.Counts.Waiting, r.Counts.Done)));
        await using var db = await database.OpenAsync();
        Assert.Equal(SourceState.Done, (await db.Sources.SingleAsync(Token)).State);
    }

    [Fact]
    public async Task A_waiting_recording_goes_on_when_a_transcriber_is_there()
    {
        await using var without = new IngestionProcess(database);
        await database.ClearAsync();
        var transcriber = new FakeTranscriber();
        await using var with = new IngestionProcess(database, transcriber);
        _folder.WriteWav("talk.wav", seconds: 2);
        await without.IngestAsync(_folder.Path, Token);

        var report = await with.IngestAsync(_folder.Path, Token);

        Assert.Equal(1, report.Counts.Done);
        Assert.Equal(2 * 2 * 16_000, Assert.Single(transcriber.SampleBytes), tolerance: 200);
        Assert.Empty(Directory.EnumerateFiles(with.DataDirectory, "*.wav", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_second_run_has_nothing_to_do()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        _folder.WriteSrt("talk.srt", "Sleep comes first.");
        await process.IngestAsync(_folder.Path, Token);

        var report = await process.IngestAsync(_folder.Path, Token);

        Assert.Equal(new RunCounts(1, 0, 0, 0, 1), report.Counts);
    }

    [Fact]
    public async Task Changed_captions_replace_the_transcript()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        _folder.WriteSrt("talk.srt", "Sleep comes first.", "Light comes second.");
        await process.IngestAsync(_folder.Path, Token);
        _folder.WriteSrt("talk.srt", "Salt comes last.");

        await process.IngestAsync(_folder.Path, Token);

        await using var db = await database.OpenAsync();
        Assert.Equal("Salt comes last.", (await db.Segments.SingleAsync(Token)).Text);
        Assert.Equal("Salt comes last.", (await db.Passages.SingleAsync(Token)).Text);
        Assert.Equal(2, (await db.Sources.SingleAsync(Token)).Version);
    }

    [Fact]
    public async Task Stopping_a_run_loses_nothing_and_the_next_completes_it()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        for (var i = 0; i < 6; i++)
        {
            _folder.WriteWav($"talk{i}.wav", hertz: 200 + i);
            _folder.WriteSrt($"talk{i}.srt", $"This is talk number {i}.");
        }

        using var stop = new CancellationTokenSource();
        process.Embedder.Before = async token =>
        {
            if (process.Embedder.Embedded < 2) return;
            await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'") > 0); // the first is with the store, which may take longer
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.IngestAsync(_folder.Path, stop.Token));
        var heldAfterStop = await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE lease_owner IS NOT NULL OR state = 'working'");
        process.Embedder.Before = _ => Task.CompletedTask;

        var report = await process.IngestAsync(_folder.Path, Token);

        Assert.Equal(0, heldAfterStop);
        Assert.Equal(6, report.Counts.Done + report.Counts.Skipped);
        Assert.True(report.Counts.Skipped >= 1);
        Assert.Equal(6, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'"));
        Assert.Equal(6, await database.ScalarAsync<long>("SELECT count(*) FROM segments"));
    }

    [Fact]
    public async Task Two_runs_at_once_never_work_on_the_same_recording()
    {
        var transcriber = new FakeTranscriber { Before = token => Task.Delay(20, token) };
        await using var one = new IngestionProcess(database, transcriber);
        await database.ClearAsync();
        await using var two = new IngestionProcess(database, transcriber);
        for (var i = 0; i < 12; i++) _folder.WriteWav($"talk{i}.wav", hertz: 200 + i, seconds: 0.2);

        var reports = await Task.WhenAll(one.IngestAsync(_folder.Path, Token), two.IngestAsync(_folder.Path, Token));

        Assert.Equal(12, transcriber.Heard.Count);
        Assert.Equal(12, transcriber.Heard.Distinct().Count());
        Assert.Equal(12, reports.Sum(r => r.Counts.Done));
        Assert.Equal(12, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done' AND version = 1"));
    }

    [Fact]
    public async Task A_killed_process_keeps_its_recording_until_the_lease_runs_out()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        await process.IngestAsync(_folder.Path, Token);
        _folder.WriteSrt("talk.srt", "Sleep comes first.");
        await database.ScalarAsync<object>("UPDATE sources SET state = 'working', lease_owner = 'killed', lease_until = now() + interval '60 seconds'");

        var meanwhile = await process.IngestAsync(_folder.Path, Token);
        await database.ScalarAsync<object>("UPDATE sources SET lease_until = now() - interval '1 second'");
        var afterwards = await process.IngestAsync(_folder.Path, Token);

        Assert.Equal((0, 1), (meanwhile.Counts.Done, meanwhile.Counts.Skipped));
        Assert.Equal(1, afterwards.Counts.Done);
    }

    [Fact]
    public async Task Who_lost_the_lease_stores_nothing()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        _folder.WriteSrt("talk.srt", "Sleep comes first.");
        process.Embedder.Before = async _ => await database.ScalarAsync<object>("UPDATE sources SET fencing_token = fencing_token + 1, lease_owner = 'another'");

        var report = await process.IngestAsync(_folder.Path, Token);

        Assert.Equal((0, 1), (report.Counts.Done, report.Counts.Skipped));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM segments"));
        Assert.Equal("another", await database.ScalarAsync<string>("SELECT lease_owner FROM sources"));
    }

    [Fact]
    public async Task A_moved_recording_is_the_same_source()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        var path = _folder.WriteWav("talk.wav");
        var captions = _folder.WriteSrt("talk.srt", "Sleep comes first.");
        await process.IngestAsync(_folder.Path, Token);
        File.Move(path, Path.Combine(_folder.Path, "renamed.wav"));
        File.Move(captions, Path.Combine(_folder.Path, "renamed.srt"));

        await process.IngestAsync(_folder.Path, Token);

        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM sources"));
    }

    [Fact]
    public async Task Kept_audio_lies_under_the_name_of_its_content()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        var path = _folder.WriteWav("talk.wav");
        _folder.WriteSrt("talk.srt", "Sleep comes first.");

        await process.Get<IngestionPipeline>().RunAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = _folder.Path, StoreAudioLocally = true }, Token);

        var kept = await database.ScalarAsync<string>("SELECT media_path FROM sources");
        Assert.StartsWith(Path.Combine(process.DataDirectory, "audio"), kept, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(path, Token), await File.ReadAllBytesAsync(kept!, Token));
        Assert.Empty(Directory.EnumerateFiles(process.DataDirectory, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");

        var report = await process.Get<IngestionPipeline>().RunAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = _folder.Path, DryRun = true }, Token);

        Assert.Equal(["Talk"], report.Planned);
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT (SELECT count(*) FROM sources) + (SELECT count(*) FROM ingestion_events)"));
    }
}
