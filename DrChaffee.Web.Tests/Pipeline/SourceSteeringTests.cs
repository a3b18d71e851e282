using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class SourceSteeringTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTranscriber _transcriber = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_that_waits_for_a_person_is_retried_as_if_for_the_first_time()
    {
        await using var process = await WithFailuresAsync(FailureClass.Gone, 1);
        var key = (await database.ScalarAsync<string>("SELECT key FROM sources"))!;

        await process.Get<SourceSteering>().RetryAsync(key, Token);
        var report = await process.TakeUpAsync(Token);

        Assert.Equal(1, report.Counts.Done);
        var fault = await Assert.ThrowsAsync<IngestionException>(() => process.Get<SourceSteering>().RetryAsync(key, Token));
        Assert.Equal("It is done; have it processed again instead.", fault.Message);
    }

    [Fact]
    public async Task All_of_a_class_are_retried_and_no_others()
    {
        await using var process = await WithFailuresAsync(FailureClass.Broken, 3);
        await database.ScalarAsync<object>("UPDATE sources SET failure_class = 'gone' WHERE source_id LIKE '%0'");

        var retried = await process.Get<SourceSteering>().RetryAllAsync(FailureClass.Broken, Token);
        await process.TakeUpAsync(Token);

        Assert.Equal(2, retried);
        Assert.Equal((2L, 1L), (await CountAsync("done"), await CountAsync("failed")));
    }

    [Fact]
    public async Task From_the_words_on_nothing_is_fetched_or_listened_to_again()
    {
        await using var process = new IngestionProcess(database, _transcriber);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        await process.IngestAsync(_folder.Path, Token);
        var key = (await database.ScalarAsync<string>("SELECT key FROM sources"))!;

        await process.Get<SourceSteering>().ReprocessAsync(key, Stage.Chunk, Token);
        await process.TakeUpAsync(Token);

        Assert.Single(_transcriber.Heard);
        await using var db = await database.OpenAsync();
        var source = await db.Sources.Include(s => s.Segments).SingleAsync(Token);
        Assert.Equal((SourceState.Done, 2L, "A tone was heard."), (source.State, source.Version, Assert.Single(source.Segments).Text));
        Assert.Equal("fake", await database.ScalarAsync<string>("SELECT e.name FROM engines e JOIN segments s ON s.engine_id = e.id"));
    }

    [Fact]
    public async Task From_the_transcriber_on_it_is_listened_to_again()
    {
        await using var process = new IngestionProcess(database, _transcriber);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        await process.IngestAsync(_folder.Path, Token);

        await process.Get<SourceSteering>().ReprocessAsync((await database.ScalarAsync<string>("SELECT key FROM sources"))!, Stage.Transcribe, Token);
        await process.TakeUpAsync(Token);

        Assert.Equal(2, _transcriber.Heard.Count);
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM segments"));
    }

    [Fact]
    public async Task An_imported_transcript_is_cut_anew_but_cannot_be_listened_to()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        _folder.WriteSrt("talk.srt", "Ann: Sleep comes first.", "Bob: And light?");
        await process.ImportAsync(_folder.Path, Token);
        var key = (await database.ScalarAsync<string>("SELECT key FROM sources"))!;

        var fault = await Assert.ThrowsAsync<IngestionException>(() => process.Get<SourceSteering>().ReprocessAsync(key, Stage.Decode, Token));
        await process.Get<SourceSteering>().ReprocessAsync(key, Stage.Embed, Token);
        var report = await process.TakeUpAsync(Token);

        Assert.StartsWith("It came as a transcript", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, report.Counts.Done);
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM segments s JOIN speakers p ON p.id = s.speaker_id WHERE p.name IN ('Ann', 'Bob')"));
    }

    [Fact]
    public async Task What_is_not_there_is_refused_in_a_sentence()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        var steering = process.Get<SourceSteering>();

        foreach (var action in (Func<Task>[])[() => steering.RetryAsync("no-such", Token), () => steering.SetAsideAsync("no-such", Token), () => steering.ReprocessAsync("no-such", Stage.Chunk, Token), () => steering.SetPriorityAsync("no-such", 1, Token)])
            Assert.Equal("There is no no-such.", (await Assert.ThrowsAsync<NoSuchSourceException>(action)).Message);
        await Assert.ThrowsAsync<IngestionException>(() => steering.SetPriorityAsync("no-such", int.MinValue, Token));
    }

    private async Task<IngestionProcess> WithFailuresAsync(FailureClass failureClass, int sources)
    {
        var fetcher = new FakeFetcher(_folder.WriteWav("served.wav")) { Before = (_, _) => throw new SourceFailedException(failureClass, "It cannot be had.") };
        var process = new IngestionProcess(database, _transcriber, fetcher: fetcher);
        await database.ClearAsync();
        await process.PutAsync(Token, [.. Enumerable.Range(0, sources).Select(i => $"https://h{i}.example/{i}")]);
        Assert.Equal(sources, (await process.TakeUpAsync(Token)).Counts.Failed);
        fetcher.Before = (_, _) => Task.CompletedTask;
        return process;
    }

    private Task<long> CountAsync(string state) => database.ScalarAsync<long>($"SELECT count(*) FROM sources WHERE state = '{state}'");
}
