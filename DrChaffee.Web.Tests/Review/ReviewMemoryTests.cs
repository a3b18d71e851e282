using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Review;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DrChaffee.Web.Tests.Review;

public sealed class ReviewMemoryTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private const string Reason = "The words are unlikely: log-probability -1.40.";

    private readonly TestFolder _folder = new();
    private readonly FakeTranscriber _transcriber = new() { Lines = [Line(0, 2, "Salt binds water."), Doubtful(2, 4, "Thank you, doctor.")] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_kept_is_found_in_a_transcript_that_is_made_anew()
    {
        await using var process = new IngestionProcess(database, _transcriber);
        var key = await HeardAsync(process);

        Assert.True(await process.Get<ReviewBook>().KeepAsync(key, 1, "ada", Token));
        await HearAgainAsync(process, key, Line(0, 2.4, "Salt binds water."), Doubtful(2.4, 4.2, "thank you doctor"));

        Assert.Null(await database.ScalarAsync<string?>("SELECT suspect_reason FROM segments WHERE ordinal = 1"));
        Assert.Equal("Salt binds water. thank you doctor", await database.ScalarAsync<string>("SELECT text FROM passages"));
        Assert.Equal(0, await CountAsync(process, ReviewState.Open));
        Assert.True(await database.ScalarAsync<bool>("SELECT (decision, decided_by) = ('kept', 'ada') AND decided_at > now() - interval '1 hour' FROM segment_reviews"));
    }

    [Fact]
    public async Task What_was_hidden_does_not_come_up_again_however_often_it_is_heard()
    {
        await using var process = new IngestionProcess(database, _transcriber);
        var key = await HeardAsync(process);

        Assert.True(await process.Get<ReviewBook>().HideAsync(key, 1, "ada", Token));
        foreach (var drift in (double[])[0.8, 1.6, 2.4]) // the last has nothing in common with the first
            await HearAgainAsync(process, key, Line(0, 2, "Salt binds water."), Doubtful(2 + drift, 4 + drift, "Thank you, Doctor!"));

        Assert.Equal(0, await CountAsync(process, ReviewState.Open));
        var hidden = Assert.Single((await process.Get<ReviewBook>().ListAsync(ReviewState.Hidden, 10, 0, Token)).Items);
        Assert.Equal(("Thank you, Doctor!", Reason, "ada"), (hidden.Text, hidden.Reason, hidden.Hidden?.Account));
        Assert.Equal("Salt binds water.", await database.ScalarAsync<string>("SELECT text FROM passages"));
    }

    [Theory]
    [InlineData(2, 4, "Thank you, nurse.")]
    [InlineData(3.2, 5.2, "Thank you, doctor.")]
    public async Task Other_words_or_the_same_at_another_time_are_a_new_doubt(double start, double end, string text)
    {
        await using var process = new IngestionProcess(database, _transcriber);
        foreach (var keep in (bool[])[true, false])
        {
            _transcriber.Lines = [Line(0, 2, "Salt binds water."), Doubtful(2, 4, "Thank you, doctor.")];
            var key = await HeardAsync(process);
            Assert.True(await (keep ? process.Get<ReviewBook>().KeepAsync(key, 1, "ada", Token) : process.Get<ReviewBook>().HideAsync(key, 1, "ada", Token)));

            await HearAgainAsync(process, key, Line(0, 2, "Salt binds water."), Doubtful(start, end, text));

            Assert.Equal((1, 0), (await CountAsync(process, ReviewState.Open), await CountAsync(process, ReviewState.Hidden)));
        }
    }

    [Fact]
    public async Task The_last_decision_counts()
    {
        await using var process = new IngestionProcess(database, _transcriber);
        var key = await HeardAsync(process);

        await process.Get<ReviewBook>().HideAsync(key, 1, "ada", Token);
        Assert.True(await process.Get<ReviewBook>().KeepAsync(key, 1, "grace", Token));
        await HearAgainAsync(process, key, [.. _transcriber.Lines]);

        Assert.Equal("grace", await database.ScalarAsync<string>("SELECT decided_by FROM segment_reviews"));
        Assert.Equal((0, 0), (await CountAsync(process, ReviewState.Open), await CountAsync(process, ReviewState.Hidden)));
    }

    [Fact]
    public async Task What_is_in_doubt_stays_so_when_only_the_passages_are_cut_anew()
    {
        await using var process = new IngestionProcess(database, _transcriber);
        var key = await HeardAsync(process);

        await process.Get<SourceSteering>().ReprocessAsync(key, Stage.Chunk, Token);
        await process.TakeUpAsync(Token);

        Assert.Equal(1, await CountAsync(process, ReviewState.Open));
        Assert.Equal("Salt binds water.", await database.ScalarAsync<string>("SELECT text FROM passages"));
    }

    [Fact]
    public async Task What_was_hidden_by_a_mark_before_the_reason_is_hidden_by_a_decision()
    {
        await using var process = new IngestionProcess(database, _transcriber);
        await HeardAsync(process);
        await using var db = await database.OpenAsync();
        var migrator = db.GetService<IMigrator>();

        await migrator.MigrateAsync("IngestionPicture", Token);
        await database.ScalarAsync<object>("UPDATE segments SET suspect_reason = 'Hidden: ' || suspect_reason WHERE suspect_reason IS NOT NULL");
        await migrator.MigrateAsync(null, Token);

        Assert.Equal(Reason, Assert.Single((await process.Get<ReviewBook>().ListAsync(ReviewState.Hidden, 10, 0, Token)).Items).Reason);
        Assert.Equal(0, await CountAsync(process, ReviewState.Open));
        await migrator.MigrateAsync("IngestionPicture", Token);
        Assert.Equal($"Hidden: {Reason}", await database.ScalarAsync<string>("SELECT suspect_reason FROM segments WHERE ordinal = 1"));
        await migrator.MigrateAsync(null, Token);
    }

    private async Task<string> HeardAsync(IngestionProcess process)
    {
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        Assert.Equal(1, (await process.IngestAsync(_folder.Path, Token)).Counts.Done);
        Assert.Equal(Reason, await database.ScalarAsync<string>("SELECT suspect_reason FROM segments WHERE ordinal = 1"));
        return (await database.ScalarAsync<string>("SELECT key FROM sources"))!;
    }

    private async Task HearAgainAsync(IngestionProcess process, string key, params TranscriptLine[] lines)
    {
        _transcriber.Lines = lines;
        await process.Get<SourceSteering>().ReprocessAsync(key, Stage.Transcribe, Token);
        Assert.Equal(1, (await process.TakeUpAsync(Token)).Counts.Done);
    }

    private static async Task<int> CountAsync(IngestionProcess process, ReviewState state) => (await process.Get<ReviewBook>().ListAsync(state, 1, 0, Token)).Total;

    private static TranscriptLine Line(double start, double end, string text) => new(TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end), text);

    private static TranscriptLine Doubtful(double start, double end, string text) => Line(start, end, text) with { Quality = new LineQuality(-1.4f, null, 0.1f) };
}
