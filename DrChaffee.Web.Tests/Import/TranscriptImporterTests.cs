using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Import;

public sealed class TranscriptImporterTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private const string RowVersions = """
        SELECT string_agg(row, ',' ORDER BY row) FROM (
            SELECT 'source ' || id || ' ' || xmin || ' ' || updated_at AS row FROM sources
            UNION ALL SELECT 'segment ' || id || ' ' || xmin FROM segments
            UNION ALL SELECT 'passage ' || id || ' ' || xmin FROM passages
            UNION ALL SELECT 'vector ' || passage_id || ' ' || xmin FROM passage_embeddings
            UNION ALL SELECT 'speaker ' || id || ' ' || xmin FROM speakers
            UNION ALL SELECT 'channel ' || id || ' ' || xmin FROM channels) AS rows
        """;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_files_a_second_time_change_no_row()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        WriteTalks(5);
        await process.ImportAsync(_folder.Path, Token);
        var before = await database.ScalarAsync<string>(RowVersions);

        var report = await process.ImportAsync(_folder.Path, Token);

        Assert.Equal(new RunCounts(5, 0, 0, 0, 5), report.Counts);
        Assert.Equal(before, await database.ScalarAsync<string>(RowVersions));
    }

    [Fact]
    public async Task A_changed_file_replaces_its_own_transcript_and_no_other()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        WriteTalks(3);
        await process.ImportAsync(_folder.Path, Token);
        _folder.WriteSrt("show/talk1.srt", "This one is new.");

        var report = await process.ImportAsync(_folder.Path, Token);

        Assert.Equal((1, 2), (report.Counts.Done, report.Counts.Skipped));
        await using var db = await database.OpenAsync();
        Assert.Equal(["This one is new."], await db.Segments.Where(s => db.Sources.Any(x => x.Id == s.SourceId && x.Key == "transcript-show-talk1")).Select(s => s.Text).ToListAsync(Token));
        Assert.Equal([1L, 1L, 2L], await db.Sources.OrderBy(s => s.Version).Select(s => s.Version).ToListAsync(Token));
    }

    [Fact]
    public async Task A_broken_file_is_recorded_and_does_not_stop_the_rest()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        WriteTalks(2);
        _folder.Write("show/broken.srt", "no captions in here");

        var report = await process.ImportAsync(_folder.Path, Token);
        var again = await process.ImportAsync(_folder.Path, Token);

        Assert.Equal(new RunCounts(3, 2, 1, 0, 0), report.Counts);
        Assert.Equal(new RunCounts(3, 0, 0, 0, 3), again.Counts);
        await using var db = await database.OpenAsync();
        var broken = await db.Sources.SingleAsync(s => s.State == SourceState.Failed, Token);
        Assert.Equal((FailureClass.Broken, 1), (broken.FailureClass, broken.Attempts));
        Assert.Equal(report.Failures[0].Reason, broken.StateReason);
    }

    [Fact]
    public async Task A_file_that_breaks_later_keeps_its_good_transcript()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        WriteTalks(1);
        await process.ImportAsync(_folder.Path, Token);
        var before = await database.ScalarAsync<string>(RowVersions);
        _folder.Write("show/talk0.srt", "someone saved the wrong thing");

        var report = await process.ImportAsync(_folder.Path, Token);

        Assert.Equal(1, report.Counts.Failed);
        Assert.Equal(before, await database.ScalarAsync<string>(RowVersions));
    }

    [Fact]
    public async Task A_moved_file_is_the_same_source()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        WriteTalks(1);
        await process.ImportAsync(_folder.Path, Token);
        Directory.Move(Path.Combine(_folder.Path, "show"), Path.Combine(_folder.Path, "archive"));

        var report = await process.ImportAsync(_folder.Path, Token);

        Assert.Equal(new RunCounts(1, 0, 0, 0, 1), report.Counts);
        await using var db = await database.OpenAsync();
        var source = await db.Sources.SingleAsync(Token);
        Assert.Equal(("transcript-show-talk0", Path.Combine(_folder.Path, "archive", "talk0.srt")), (source.Key, source.Origin));
    }

    [Fact]
    public async Task Of_two_files_that_claim_one_video_the_second_becomes_a_transcript()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("a [dQw4w9WgXcQ].srt", "The first says this.");
        _folder.WriteSrt("b [dQw4w9WgXcQ].srt", "The second says that.");

        await process.ImportAsync(_folder.Path, Token);

        await using var db = await database.OpenAsync();
        var sources = await db.Sources.OrderBy(s => s.Origin).Select(s => new { s.SourceType, s.Url, s.Title }).ToListAsync(Token);
        Assert.Equal([("youtube", "A"), ("transcript", "B")], sources.Select(s => (s.SourceType, s.Title)));
        Assert.Equal("https://www.youtube.com/watch?v=dQw4w9WgXcQ", sources[0].Url);
    }

    [Fact]
    public async Task Files_of_one_name_in_one_folder_do_not_become_one_source()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("show/a talk.srt", "The first says this.");
        _folder.WriteSrt("show/a-talk.srt", "The second says that.");

        await process.ImportAsync(_folder.Path, Token);

        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(DISTINCT key) FROM sources WHERE state = 'done'"));
    }

    [Fact]
    public async Task The_nearest_folder_is_the_channel()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        WriteTalks(2);
        _folder.WriteSrt("top.srt", "At the top.");

        await process.ImportAsync(_folder.Path, Token);

        await using var db = await database.OpenAsync();
        Assert.Equal(["show", Path.GetFileName(_folder.Path)], (await db.Channels.Select(c => c.Title).ToListAsync(Token)).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_imports_at_once_store_each_file_once()
    {
        await using var one = new IngestionProcess(database);
        await database.ClearAsync();
        await using var two = new IngestionProcess(database);
        WriteTalks(20);

        var reports = await Task.WhenAll(one.ImportAsync(_folder.Path, Token), two.ImportAsync(_folder.Path, Token));

        Assert.Equal(20, reports.Sum(r => r.Counts.Done));
        Assert.Equal(20, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE version = 1 AND state = 'done'"));
    }

    [Fact]
    public async Task A_machine_that_only_serves_refuses()
    {
        await using var process = new IngestionProcess(database, mode: RunMode.ApiOnly);
        WriteTalks(1);

        var refusal = await Assert.ThrowsAsync<IngestionRefusedException>(() => process.ImportAsync(_folder.Path, Token));

        Assert.StartsWith("Ingestion is disabled: API_ONLY_MODE is true.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_one_plain_sentence()
    {
        await using var process = new IngestionProcess(database);

        var fault = await Assert.ThrowsAsync<IngestionException>(() => process.ImportAsync(Path.Combine(_folder.Path, "nowhere"), Token));

        Assert.Equal($"There is no file or folder {Path.Combine(_folder.Path, "nowhere")}.", fault.Message);
    }

    private void WriteTalks(int count)
    {
        for (var i = 0; i < count; i++) _folder.WriteSrt($"show/talk{i}.srt", $"Ann: This is talk number {i}.", "Bob: Go on.", "Ann: It goes on for a while.");
    }
}
