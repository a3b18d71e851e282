using System.Net;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Ingestion.Transfer;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Transfer;

/// <summary>A running program whose library is another one from one moment to the next.</summary>
public sealed class SwitchedLibraryTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task A_running_program_answers_from_the_new_library_with_no_restart()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = app.Client();
        using var data = new TestFolder();
        await using var origin = new TestDatabase();
        await origin.InitializeAsync();
        var (from, to) = (new TestLibrary(origin.ConnectionString), new TestLibrary(app.Database.ConnectionString));
        await from.FillAsync("salt");
        await to.FillAsync("water");
        await Poll.UntilAsync(() => FindsAsync("water"));

        await new WholeTransfer(data.Path, null).RunAsync(from.Address, to.Address, dropOld: true, token);
        await Poll.UntilAsync(() => FindsAsync("salt"));

        Assert.False(await FindsAsync("water"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/health", UriKind.Relative), token)).StatusCode);

        async Task<bool> FindsAsync(string word)
        {
            using var answer = await client.GetAsync(new Uri($"/api/search?q={word}&mode=keyword", UriKind.Relative), token);
            return answer.StatusCode == HttpStatusCode.OK && (await answer.Content.ReadAsStringAsync(token)).Contains($"{word} talk", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_number_of_another_history_is_another_library()
    {
        var token = TestContext.Current.CancellationToken;
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        var library = new TestLibrary(database.ConnectionString);
        await library.FillAsync("water");
        await using var process = new IngestionProcess(database);
        var (follower, words) = (process.Get<LibraryIndexFollower>(), process.Get<CorpusWords>());
        await follower.CatchUpAsync(token);
        await words.ReadAsync(token);
        var (first, water) = (follower.Index, words.Count("water"));

        await library.RunAsync("TRUNCATE sources, channels, speakers, embedding_models, engines, sync_changes RESTART IDENTITY CASCADE; DROP INDEX ix_passage_embeddings_hnsw_1");
        await library.FillAsync("salt");
        await follower.CatchUpAsync(token);
        await words.ReadAsync(token);

        Assert.Equal((15, 0, 15), (water, words.Count("water"), words.Count("salt")));
        Assert.NotSame(first, follower.Index);
    }
}
