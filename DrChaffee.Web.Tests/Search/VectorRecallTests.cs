using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.Storing;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Search;

public sealed class VectorRecallTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Sources = 100;
    private const int PassagesEach = 60;

    [Theory]
    [InlineData(100)]
    [InlineData(10)]
    [InlineData(1)]
    public async Task The_vector_index_finds_under_a_filter_what_an_exact_scan_finds(int allowed)
    {
        await using var process = new IngestionProcess(database);
        await FillAsync(process);
        var request = new SearchRequest("what is asked") { Mode = SearchMode.Semantic, Take = 50, Tuning = new SearchTuning { FoldSeconds = 0 } };
        double found = 0;

        for (var first = 1; first <= Sources; first += 20)
        {
            var from = new DateOnly(2000, 1, 1).AddDays(first);
            var filter = new SourceFilter(From: from, To: from.AddDays(allowed - 1));
            var indexed = (await process.Get<HybridSearch>().FindAsync(request with { Filter = filter }, TestContext.Current.CancellationToken)).Results;
            var exact = await ExactAsync(process, "what is asked", from, from.AddDays(allowed - 1));
            found += indexed.Count(hit => exact.Contains(hit.Text)) / (double)exact.Count;
        }

        Assert.InRange(found / (Sources / 20), 0.98, 1);
    }

    /// <summary>6,000 random vectors, which is enough for an index, in recordings published a day apart.</summary>
    private async Task FillAsync(IngestionProcess process)
    {
        await database.ClearAsync();
        await database.ScalarAsync<int>($"""
            SELECT setseed(0.5);
            INSERT INTO embedding_models (name, engine, dimensions, active) VALUES ('letters', 'fake', 8, true);
            INSERT INTO sources (source_type, source_id, key, title, state, stage, version, attempts, fencing_token, published_at)
                SELECT 'file', i, 'file-' || i, 'Talk ' || i, 'done', 'store', 1, 0, 0, '2000-01-01'::timestamptz + i * interval '1 day' FROM generate_series(1, {Sources}) i;
            INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment)
                SELECT s.id, o, o, o + 1, s.key || ' ' || o, 0, 0 FROM sources s, generate_series(1, {PassagesEach}) o;
            INSERT INTO passage_embeddings (passage_id, model_id, embedding)
                SELECT p.id, m.id, ARRAY[random(), random(), random(), random(), random(), random(), random(), random()]::real[]::vector::halfvec FROM passages p, embedding_models m;
            ANALYZE;
            """);
        await process.Get<VectorIndex>().EnsureAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"));
    }

    private async Task<IReadOnlySet<string>> ExactAsync(IngestionProcess process, string question, DateOnly from, DateOnly to)
    {
        var vector = (await process.Embedder.GenerateAsync([question], cancellationToken: TestContext.Current.CancellationToken))[0].Vector;
        var literal = string.Join(',', vector.ToArray().Select(x => x.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var texts = await database.ScalarAsync<string[]>($"""
            SELECT array_agg(text) FROM (
                SELECT p.text FROM passage_embeddings e JOIN passages p ON p.id = e.passage_id JOIN sources s ON s.id = p.source_id
                WHERE s.published_at >= '{from:yyyy-MM-dd}' AND s.published_at < '{to.AddDays(1):yyyy-MM-dd}'
                ORDER BY e.embedding <=> '[{literal}]'::halfvec LIMIT 50) AS nearest
            """);
        return texts!.ToHashSet(StringComparer.Ordinal);
    }
}
