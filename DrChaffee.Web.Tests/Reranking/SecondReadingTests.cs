using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Reranking;

public sealed class SecondReadingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Question = "salt blood pressure";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reranker_lifts_what_it_finds_best_and_one_that_fails_changes_nothing()
    {
        var reader = new FondReader();
        using var talks = new TestFolder();
        talks.WriteSrt("a.srt", "Salt and blood pressure, salt and blood pressure again.");
        talks.WriteSrt("b.srt", "Salt raises the pressure of the blood in most people.");
        talks.WriteSrt("c.srt", "A zebra likes salt, and nobody knows its pressure.");
        await using var process = new IngestionProcess(database, reranker: reader);
        await database.ClearAsync();
        await process.ImportAsync(talks.Path, Token);
        await process.Get<HybridSearch>().CatchUpAsync(Token);

        var without = await TitlesAsync(process, new SearchTuning { RerankWeight = 0 });
        var half = await TitlesAsync(process, new SearchTuning { RerankWeight = 1 });
        reader.Fails = true;
        var failed = await TitlesAsync(process, new SearchTuning { RerankWeight = 1 });

        Assert.NotEqual("C", without[0]);
        Assert.Equal("C", half[0]);
        Assert.Equal(without, failed);
        Assert.Equal(Question, reader.Asked);
    }

    private static async Task<string[]> TitlesAsync(IngestionProcess process, SearchTuning tuning) =>
        [.. (await process.Get<HybridSearch>().FindAsync(new SearchRequest(Question) { Tuning = tuning }, Token)).Results.Select(hit => hit.Title)];

    /// <summary>Likes passages about a zebra best.</summary>
    private sealed class FondReader : IReranker
    {
        public bool IsSet => true;

        public bool Fails { get; set; }

        public string? Asked { get; private set; }

        public Task<IReadOnlyList<float>?> ScoreAsync(string question, IReadOnlyList<string> passages, CancellationToken cancellationToken)
        {
            Asked = question;
            return Task.FromResult<IReadOnlyList<float>?>(Fails ? null : [.. passages.Select(passage => passage.Contains("zebra", StringComparison.Ordinal) ? 3f : -3f)]);
        }
    }
}
