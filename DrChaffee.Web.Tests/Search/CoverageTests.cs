using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Search;

public sealed class CoverageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Sentence = "50 % of the passages are embedded; the rest is found by words";

    [Fact]
    public async Task A_search_says_how_much_of_the_library_has_vectors()
    {
        using var talks = new TestFolder();
        await using (var process = new IngestionProcess(database, realEmbedder: true))
        {
            for (var i = 0; i < 4; i++) talks.WriteSrt($"show/talk{i}.srt", $"Salt and water, for the {i}th time.");
            await process.ImportAsync(talks.Path, TestContext.Current.CancellationToken);
        }

        await database.ScalarAsync<int>("DELETE FROM passage_embeddings WHERE passage_id IN (SELECT id FROM passages ORDER BY id LIMIT 2)"); // as if embedding them had failed
        await using var app = new EmptyApp { Variables = [("DATABASE_URL", database.ConnectionString)] };
        await app.InitializeAsync();
        using var client = app.Client();
        var legs = (await client.JsonAsync("/api/search?q=salt")).GetProperty("legs").EnumerateArray().ToDictionary(leg => leg.GetProperty("name").GetString()!);
        var page = await client.GetStringAsync("/?q=salt", TestContext.Current.CancellationToken);

        Assert.Equal(("ok", Sentence), (legs["meaning"].GetProperty("state").GetString(), legs["meaning"].GetProperty("reason").GetString()));
        Assert.Contains($"Meaning in part: {Sentence}.", page, StringComparison.Ordinal);
    }
}
