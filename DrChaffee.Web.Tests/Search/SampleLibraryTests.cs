using System.Text.Json;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Search;

/// <summary>The sample talks through the whole pipeline with the shipped model, asked the questions that lie beside them.</summary>
public sealed class SampleLibraryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Fact]
    public async Task Questions_find_their_talk_by_its_words_and_by_its_meaning()
    {
        var token = TestContext.Current.CancellationToken;
        await using var process = new IngestionProcess(database, realEmbedder: true);
        var samples = RepositoryFolder.Of("samples");
        var report = await process.IngestAsync(samples, token);
        await process.Get<LibraryIndexFollower>().CatchUpAsync(token);
        var titles = Read<Talk>(samples, "library.json").ToDictionary(talk => talk.File, talk => talk.Title);

        List<(Question Question, int Rank)> ranks = [];
        foreach (var question in Read<Question>(RepositoryFolder.Of("DrChaffee.Web.Tests/Search"), "sample-questions.json"))
        {
            var response = await process.Get<HybridSearch>().FindAsync(new SearchRequest(question.Text), token);
            ranks.Add((question, response.Results.Select(hit => hit.Title).Distinct().ToList().IndexOf(titles[question.File])));
        }

        var unrelated = await process.Get<HybridSearch>().FindAsync(new SearchRequest("asdfgh qwerty"), token);

        Assert.Empty(unrelated.Results);
        Assert.Equal((8, 8), (report.Counts.Found, report.Counts.Done));
        Assert.All(ranks.Where(r => r.Question.SharesRareWord), r => Assert.Equal(0, r.Rank));
        Assert.True(ranks.Count(r => !r.Question.SharesRareWord && r.Rank is >= 0 and < 3) >= 5, string.Join("; ", ranks.Select(r => $"{r.Question.Text}: {r.Rank}")));
    }

    private static T[] Read<T>(string folder, string name) => JsonSerializer.Deserialize<T[]>(File.ReadAllText(Path.Combine(folder, name)), Json)!;

    private sealed record Talk(string File, string Title);

    private sealed record Question([property: System.Text.Json.Serialization.JsonPropertyName("question")] string Text, string File, bool SharesRareWord);
}
