using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Search;

public sealed class SketchFollowingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Talks = 60;
    private const int PassagesEach = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_by_sketches_finds_what_the_database_finds_and_follows_it()
    {
        await FillAsync();
        await using var process = new IngestionProcess(database);
        var follower = process.Get<LibraryIndexFollower>();
        await follower.CatchUpAsync(Token);
        var bySketch = await NearestAsync(process, SourceFilter.None);
        var inOne = await NearestAsync(process, new SourceFilter(SourceKey: "file-7"));
        var model = follower.Index!.SketchedModel;

        await database.ScalarAsync<object>("DELETE FROM sources WHERE id = 1");
        await follower.CatchUpAsync(Token);
        var without = await NearestAsync(process, SourceFilter.None);

        Assert.NotNull(model);
        Assert.InRange((await ExactAsync(null)).Intersect(bySketch.Take(20)).Count(), 17, 20); // eight components make a rough sketch
        Assert.Equal(await ExactAsync(7), inOne.Take(20));
        Assert.DoesNotContain(without, text => text.StartsWith("file-1 ", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> NearestAsync(IngestionProcess process, SourceFilter filter)
    {
        var request = new SearchRequest("what is asked") { Mode = SearchMode.Semantic, Take = 100, Filter = filter, Tuning = new SearchTuning { FoldSeconds = 0 } };
        return [.. (await process.Get<HybridSearch>().FindAsync(request, Token)).Results.Select(hit => hit.Text)];
    }

    private async Task<IReadOnlyList<string>> ExactAsync(int? source)
    {
        var vector = (await new FakeEmbedder().GenerateAsync(["what is asked"], cancellationToken: Token))[0].Vector;
        var literal = string.Join(',', vector.ToArray().Select(x => x.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return (await database.ScalarAsync<string[]>($"""
            SELECT array_agg(text ORDER BY distance) FROM (SELECT p.text, e.embedding <=> '[{literal}]'::halfvec AS distance FROM passage_embeddings e JOIN passages p ON p.id = e.passage_id
            WHERE p.source_id = {source?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "p.source_id"} ORDER BY distance LIMIT 20) nearest
            """))!;
    }

    /// <summary>Enough vectors for sketches, too few for an index of the database.</summary>
    private async Task FillAsync() => await database.ScalarAsync<int>($"""
        SELECT setseed(0.25);
        INSERT INTO embedding_models (name, engine, dimensions, active) VALUES ('letters', 'fake', 8, true);
        INSERT INTO sources (source_type, source_id, key, title, state, stage, version, attempts, fencing_token)
            SELECT 'file', i, 'file-' || i, 'Talk ' || i, 'done', 'store', 1, 0, 0 FROM generate_series(1, {Talks}) i;
        INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment)
            SELECT s.id, o, o, o + 1, s.key || ' ' || o, 0, 0 FROM sources s, generate_series(1, {PassagesEach}) o ORDER BY s.id, o;
        INSERT INTO passage_embeddings (passage_id, model_id, embedding)
            SELECT p.id, m.id, l2_normalize(ARRAY[random(), random(), random(), random(), random(), random(), random(), random()]::real[]::vector)::halfvec FROM passages p, embedding_models m;
        """);
}
