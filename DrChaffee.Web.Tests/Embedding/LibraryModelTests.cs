using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Embedding;

public sealed class LibraryModelTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_library_that_has_grown_teaches_the_model_its_words_and_the_new_model_takes_over_whole()
    {
        await using var process = new IngestionProcess(database, realEmbedder: true);
        Write(0, 20);
        await process.ImportAsync(_folder.Path, Token);
        var small = await ModelsAsync();
        Write(20, 120);
        await process.ImportAsync(_folder.Path, Token);
        var grown = await ModelsAsync();
        Write(120, 150);
        await process.ImportAsync(_folder.Path, Token);
        var hardlyMore = await ModelsAsync();
        Write(150, 240);
        await process.ImportAsync(_folder.Path, Token);
        var doubled = await ModelsAsync();

        Assert.Equal(("chaffee-embed-1", true, 0, 20L), Assert.Single(small));
        Assert.Equal((120, 120L), grown.Where(model => model.Active).Select(model => (model.LearnedFrom, model.Vectors)).Single());
        Assert.Equal((120, 150L), hardlyMore.Where(model => model.Active).Select(model => (model.LearnedFrom, model.Vectors)).Single());
        Assert.Equal((240, 240L), doubled.Where(model => model.Active).Select(model => (model.LearnedFrom, model.Vectors)).Single());

        await using var other = new IngestionProcess(database, realEmbedder: true);
        await other.Get<LibraryIndexFollower>().CatchUpAsync(Token);
        var response = await other.Get<HybridSearch>().FindAsync(new SearchRequest("zorblax") { Mode = SearchMode.Semantic }, Token);
        Assert.Equal((LegState.Ok, null), response.Legs.Where(leg => leg.Name == LegReport.Meaning).Select(leg => (leg.State, leg.Reason)).Single());
        Assert.Contains("zorblax", response.Results[0].Text, StringComparison.Ordinal); // a word that training never met
    }

    private void Write(int from, int to)
    {
        string[] subjects = ["the zorblax valve keeps oil in the engine", "tomatoes want sun and water", "a bishop moves along the diagonals", "the choir sings on Sundays"];
        for (var i = from; i < to; i++) _folder.WriteSrt($"show/talk{i}.srt", $"In part {i} we say again that {subjects[i % subjects.Length]}.");
    }

    private async Task<List<(string Name, bool Active, int LearnedFrom, long Vectors)>> ModelsAsync()
    {
        await using var db = await database.OpenAsync();
        var models = await db.EmbeddingModels.Select(m => new { m.Name, m.Active, m.LearnedFrom, Vectors = db.PassageEmbeddings.LongCount(e => e.ModelId == m.Id) }).ToListAsync(Token);
        return [.. models.Select(m => (m.Name, m.Active, m.LearnedFrom, m.Vectors))];
    }
}
