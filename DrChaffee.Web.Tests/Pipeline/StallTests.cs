using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class StallTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stage_that_does_not_move_is_stopped_the_rest_go_on_and_it_is_tried_again()
    {
        var hang = true;
        var transcriber = new FakeTranscriber();
        transcriber.Before = token => hang && transcriber.Heard.Count == 1 ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        await using var process = new IngestionProcess(database, transcriber);
        process.Get<RunFactory>().StallLimit = TimeSpan.FromSeconds(1.5);
        await database.ClearAsync();
        _folder.WriteWav("a.wav");
        _folder.WriteWav("b.wav", hertz: 500);

        var report = await process.IngestAsync(_folder.Path, Token);
        hang = false;
        await database.PassTimeAsync();
        var again = await process.TakeUpAsync(Token);

        Assert.Equal((1, 1), (report.Counts.Done, report.Counts.Failed));
        Assert.StartsWith("Transcribe did not move for ", Assert.Single(report.Failures).Reason, StringComparison.Ordinal);
        Assert.Equal(1, again.Counts.Done);
    }
}
