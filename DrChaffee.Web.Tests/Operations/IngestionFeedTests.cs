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
        while (await database.ScalarAsync<string>("SELECT kind FROM ingestion_events ORDER BY id DESC LIMIT 1") != "run_finished") await Task.Delay(20, Token);
        Assert.Equal("queued", await database.ScalarAsync<string>("SELECT state FROM sources"));
        await worker.StopAsync(Token);
    }

    private void WriteTalks(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _folder.WriteWav($"talk{i}.wav", hertz: 200 + i);
            _folder.WriteSrt($"talk{i}.srt", $"This is talk number {i}.");
        }
    }
}
