using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class StageCheckpointsTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_transcribed_before_a_crash_is_not_transcribed_again()
    {
        var transcriber = new FakeTranscriber();
        await using var process = new IngestionProcess(database, transcriber);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");

        await StopWhileEmbeddingAsync(process);
        var kept = await database.ScalarAsync<long>("SELECT count(*) FROM source_checkpoints WHERE stage = 'transcribe'");
        var report = await process.TakeUpAsync(Token);

        Assert.Equal(1, kept);
        Assert.Equal(1, report.Counts.Done);
        Assert.Single(transcriber.Heard);
        Assert.Equal("A tone was heard.", await database.ScalarAsync<string>("SELECT text FROM segments"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM source_checkpoints"));
    }

    [Fact]
    public async Task Another_content_makes_what_was_kept_worthless()
    {
        var transcriber = new FakeTranscriber();
        await using var process = new IngestionProcess(database, transcriber);
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        await StopWhileEmbeddingAsync(process);
        _folder.WriteWav("talk.wav", hertz: 600);

        await process.TakeUpAsync(Token);

        Assert.Equal(2, transcriber.Heard.Count);
    }

    [Fact]
    public async Task Who_lost_the_lease_keeps_nothing()
    {
        await using var process = new IngestionProcess(database, new FakeTranscriber());
        await database.ClearAsync();
        _folder.WriteWav("talk.wav");
        await process.IngestAsync(_folder.Path, Token);
        var id = await database.ScalarAsync<long>("SELECT id FROM sources");

        await process.Get<StageCheckpoints>().KeepAsync(new ClaimedSource(id, "", FencingToken: 0, null!), Stage.Transcribe, "key", "words", Token);

        Assert.Null(await process.Get<StageCheckpoints>().FindAsync<string>(id, Stage.Transcribe, "key", Token));
    }

    private async Task StopWhileEmbeddingAsync(IngestionProcess process)
    {
        using var stop = new CancellationTokenSource();
        process.Embedder.Before = async token =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.IngestAsync(_folder.Path, stop.Token));
        process.Embedder.Before = _ => Task.CompletedTask;
    }
}
