using Npgsql;

namespace DrChaffee.Ingestion.Transfer.Replication;

/// <summary>The vector indexes, one for each model, which are made while the program runs and so come with no migration.</summary>
internal static class VectorIndexes
{
    private const string Sql = """
        SELECT coalesce(array_agg(pg_get_indexdef(i.indexrelid) ORDER BY c.relname), '{}') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
        WHERE m.amname = 'hnsw' AND i.indisvalid AND i.indrelid = 'passage_embeddings'::regclass
        """;

    public static async Task<IReadOnlyList<string>> MissingAsync(NpgsqlConnection publisher, NpgsqlConnection subscriber, CancellationToken cancellationToken) =>
        [.. (await publisher.ReadAsync<string[]>(Sql, cancellationToken))!.Except((await subscriber.ReadAsync<string[]>(Sql, cancellationToken))!, StringComparer.Ordinal)];

    public static async Task AddMissingAsync(NpgsqlConnection publisher, NpgsqlConnection subscriber, CancellationToken cancellationToken)
    {
        foreach (var index in await MissingAsync(publisher, subscriber, cancellationToken))
            await subscriber.RunAsync(index.Replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", StringComparison.Ordinal), cancellationToken);
    }

    public static async Task DropAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var names = await connection.ReadAsync<string[]>("""
            SELECT coalesce(array_agg(c.relname::text), '{}') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
            WHERE m.amname = 'hnsw' AND i.indrelid = 'passage_embeddings'::regclass
            """, cancellationToken);
        foreach (var name in names!) await connection.RunAsync($"DROP INDEX {LibraryTables.Quote(name)}", cancellationToken);
    }
}
