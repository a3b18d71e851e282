using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Storing;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Storing;

public sealed class VectorIndexTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Indexes = "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'ix_passage_embeddings_hnsw_%'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_index_comes_with_five_thousand_vectors_and_goes_when_more_are_about_to_come()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        var index = process.Get<VectorIndex>();
        var (model, _, _) = await process.Get<EmbeddingModels>().CurrentAsync(Token);

        await FillAsync(model, 1, 4_999);
        await index.EnsureAsync(Token);
        var few = await database.ScalarAsync<long>(Indexes);
        await FillAsync(model, 5_000, 5_000);
        await index.EnsureAsync(Token);
        var enough = await database.ScalarAsync<long>(Indexes);
        await index.MakeRoomAsync(expected: 100, Token);
        var fewMore = await database.ScalarAsync<long>(Indexes);
        await index.MakeRoomAsync(expected: 6_000, Token);
        var manyMore = await database.ScalarAsync<long>(Indexes);

        Assert.Equal([0, 1, 1, 0], new[] { few, enough, fewMore, manyMore });
    }

    [Fact]
    public async Task What_a_broken_build_left_is_built_anew_and_a_transaction_that_writes_meanwhile_is_not_held_up()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        var index = process.Get<VectorIndex>();
        var (model, dimensions, _) = await process.Get<EmbeddingModels>().CurrentAsync(Token);
        await FillAsync(model, 1, 5_000);
        await index.EnsureAsync(model, dimensions, Token);
        await database.ScalarAsync<object>($"UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_passage_embeddings_hnsw_{model}'::regclass");
        await using var writer = await process.Get<NpgsqlDataSource>().OpenConnectionAsync(Token);
        await using var writes = await writer.BeginTransactionAsync(Token);
        await using var delete = new NpgsqlCommand("DELETE FROM passage_embeddings WHERE passage_id = 1", writer, writes);
        await delete.ExecuteNonQueryAsync(Token); // its lock would keep a plain build waiting, and every other writer behind that

        var building = index.EnsureAsync(model, dimensions, Token);
        await Poll.UntilAsync(() => database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '% INDEX CONCURRENTLY %ix_passage%' AND wait_event_type = 'Lock')"));
        await FillAsync(model, 5_001, 5_001);
        await writes.CommitAsync(Token);
        await building;
        var valid = await database.ScalarAsync<bool>($"SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_passage_embeddings_hnsw_{model}'::regclass");
        await index.DropAsync(model, Token);

        Assert.True(valid);
    }

    private Task<object?> FillAsync(int model, int from, int to) => database.ScalarAsync<object>($"""
        INSERT INTO sources (id, source_type, source_id, key, title, state, stage, attempts, fencing_token, version)
            VALUES (1, 'transcript', 'a', 'transcript-a', 'A', 'done', 'store', 0, 0, 0) ON CONFLICT DO NOTHING;
        INSERT INTO passages (id, source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment)
            SELECT i, 1, i, i, i + 1, 'words', 0, 0 FROM generate_series({from}, {to}) AS i;
        INSERT INTO passage_embeddings (passage_id, model_id, embedding)
            SELECT i, {model}, ('[' || i || ',1,2,3,4,5,6,7]')::halfvec FROM generate_series({from}, {to}) AS i;
        """);
}
