using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Search;

public sealed class CoverageTests(HalfEmbeddedApp app) : IClassFixture<HalfEmbeddedApp>
{
    private const string Sentence = "50 % of the passages are embedded; the rest is found by words";

    [Fact]
    public async Task A_search_says_how_much_of_the_library_has_vectors()
    {
        using var client = app.Client();
        var legs = (await client.JsonAsync("/api/search?q=salt")).GetProperty("legs").EnumerateArray().ToDictionary(leg => leg.GetProperty("name").GetString()!);
        var page = await client.GetStringAsync("/?q=salt", TestContext.Current.CancellationToken);

        Assert.Equal(("ok", Sentence), (legs["meaning"].GetProperty("state").GetString(), legs["meaning"].GetProperty("reason").GetString()));
        Assert.Contains($"Meaning in part: {Sentence}.", page, StringComparison.Ordinal);
    }
}

/// <summary>The program after a night in which every second passage could not be embedded.</summary>
public sealed class HalfEmbeddedApp : ChaffeeApp
{
    protected override async Task FillAsync()
    {
        await base.FillAsync();
        var passages = await Database.ScalarAsync<long>("SELECT count(*) FROM passages");
        if (passages % 2 != 0) await Database.ScalarAsync<int>("DELETE FROM passages WHERE id = (SELECT max(id) FROM passages)");
        await Database.ScalarAsync<int>("DELETE FROM passage_embeddings WHERE passage_id IN (SELECT id FROM passages ORDER BY id LIMIT (SELECT count(*) / 2 FROM passages))");
    }
}
