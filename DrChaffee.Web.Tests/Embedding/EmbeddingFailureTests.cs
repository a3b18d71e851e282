using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Embedding;

public sealed class EmbeddingFailureTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_transcript_that_cannot_be_embedded_is_stored_counted_and_found_by_its_words()
    {
        await using var process = await ImportWithoutModelAsync();

        var response = await FindAsync(process, SearchMode.Hybrid);

        Assert.Single(response.Results);
        Assert.Equal((LegState.Ok, "0 % of the passages are embedded; the rest is found by words"), response.Legs.Where(leg => leg.Name == LegReport.Meaning).Select(leg => (leg.State, leg.Reason!)).Single());
        var model = await ModelAsync();
        Assert.True(model.Failures >= 1);
        Assert.Equal("no model", model.LastError);
    }

    [Fact]
    public async Task Vectors_of_another_length_than_the_models_are_counted_as_a_failure_and_not_stored()
    {
        await database.ClearAsync();
        await using var process = new IngestionProcess(database);
        await process.Get<EmbeddingModels>().CurrentAsync(Token);
        process.Embedder.Dimensions = 9;

        var report = await process.ImportAsync(_folder.WriteSrt("show/talk.srt", "Salt and water."), Token);
        await process.Get<VectorUpkeep>().FillAsync(Token);

        Assert.Equal(1, report.Counts.Done);
        var model = await ModelAsync();
        Assert.True(model.Failures >= 2);
        Assert.Equal("The embedding model gives vectors of 9 numbers, and those it gave before have 8: it is another model of the same name.", model.LastError);
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM passage_embeddings"));
    }

    [Fact]
    public async Task What_was_not_embedded_is_tried_again_after_a_pause_and_then_found_by_its_meaning()
    {
        await using (await ImportWithoutModelAsync())
        {
        }

        await using var process = new IngestionProcess(database);
        var time = new FakeTimeProvider();
        var settings = new ChaffeeSettings { ConnectionString = database.ConnectionString };
        using var worker = new VectorUpkeepWorker(process.Get<IEmbeddingModels>(), process.Get<VectorUpkeep>(), settings, time, NullLogger<VectorUpkeepWorker>.Instance);
        await worker.StartAsync(Token);
        Assert.Equal(0, process.Embedder.Embedded);
        await Poll.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return (await ModelAsync()).Failures == 0;
        });
        await worker.StopAsync(Token);

        await using var later = new IngestionProcess(database);
        var response = await FindAsync(later, SearchMode.Semantic);
        Assert.Single(response.Results);
        Assert.Null(response.Legs.Single(leg => leg.Name == LegReport.Meaning).Reason);
        Assert.Null((await ModelAsync()).LastError);
    }

    [Fact]
    public async Task A_process_that_may_not_write_leaves_it_to_others()
    {
        await using (await ImportWithoutModelAsync())
        {
        }

        await using var process = new IngestionProcess(database);
        var settings = new ChaffeeSettings { ConnectionString = database.ConnectionString, Mode = RunMode.ApiOnly };
        using var worker = new VectorUpkeepWorker(process.Get<IEmbeddingModels>(), process.Get<VectorUpkeep>(), settings, new FakeTimeProvider(), NullLogger<VectorUpkeepWorker>.Instance);
        await worker.StartAsync(Token);
        await worker.ExecuteTask!;

        Assert.Equal(0, process.Embedder.Embedded);
    }

    private async Task<IngestionProcess> ImportWithoutModelAsync()
    {
        await database.ClearAsync();
        var process = new IngestionProcess(database);
        process.Embedder.Before = _ => throw new InvalidOperationException("no model");
        _folder.WriteSrt("show/talk.srt", "Salt and water.");
        var report = await process.ImportAsync(_folder.Path, Token);
        Assert.Equal((1, 0), (report.Counts.Done, report.Counts.Failed));
        process.Embedder.Before = _ => Task.CompletedTask;
        return process;
    }

    private async Task<EmbeddingModel> ModelAsync()
    {
        await using var db = await database.OpenAsync();
        return await db.EmbeddingModels.SingleAsync(Token);
    }

    private static async Task<SearchResponse> FindAsync(IngestionProcess process, SearchMode mode)
    {
        await process.Get<LibraryIndexFollower>().CatchUpAsync(Token);
        return await process.Get<HybridSearch>().FindAsync(new SearchRequest("salt and water") { Mode = mode }, Token);
    }
}
