using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Embedding.Switching;

public sealed class LibraryModelSwitchTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int LinesOfAHundredPassages = 600;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Learning_again_leaves_the_model_that_a_rollback_returns_to_and_waits_while_another_is_wanted()
    {
        await using var process = new IngestionProcess(database, realEmbedder: true, engine: new GatedEngine());
        using var talks = new TestFolder();

        await ImportAsync(process, talks, "first", 4);
        var learned = await ActiveAsync();
        await database.ScalarAsync<object>("UPDATE embedding_models SET name = 'chaffee-embed-1@first' WHERE active"); // names differ by the second
        var used = await process.Get<ModelChoice>().UseAsync("chaffee-embed-1@first", Token);
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        await ImportAsync(process, talks, "second", 5);
        var meanwhile = await ActiveAsync();
        await process.Get<ModelSwitch>().RunAsync(null, Token);
        await process.Get<ModelChoice>().RollBackAsync(Token);
        await ImportAsync(process, talks, "third", 1);
        var again = await ActiveAsync();

        Assert.StartsWith("chaffee-embed-1@", learned, StringComparison.Ordinal);
        Assert.Equal("chaffee-embed-1@first is in use.", used);
        Assert.Equal("chaffee-embed-1@first", meanwhile);
        Assert.StartsWith("chaffee-embed-1@2", again, StringComparison.Ordinal);
        Assert.Equal("other letters is in use again.", await process.Get<ModelChoice>().RollBackAsync(Token));
    }

    private Task<string?> ActiveAsync() => database.ScalarAsync<string>("SELECT name FROM embedding_models WHERE active");

    private static async Task ImportAsync(IngestionProcess process, TestFolder talks, string name, int hundreds)
    {
        var lines = Enumerable.Range(0, hundreds * LinesOfAHundredPassages).Select(i => $"The {name} talk says in line {i} that salt number {i % 97} raises the blood pressure.");
        await process.ImportAsync(talks.WriteSrt($"{name}.srt", [.. lines]), Token);
    }
}
