using System.Runtime.CompilerServices;
using DrChaffee.Domain.Search;
using Microsoft.Extensions.AI;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Embeds passages that are stored already: those without a vector of a model.</summary>
internal sealed class VectorFiller(NpgsqlDataSource dataSource)
{
    private const int BatchSize = 1_000;

    /// <summary>Gives how many it embedded. What was embedded before a failure is kept.</summary>
    public async Task<long> FillAsync(int model, IEmbeddingGenerator<string, Embedding<float>> embedder, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long done = 0;
        await foreach (var batch in PassagesAsync(model, cancellationToken).Chunk(BatchSize).WithCancellation(cancellationToken))
        {
            var vectors = await embedder.GenerateAsync(batch.Select(passage => passage.Text), cancellationToken: cancellationToken);
            await StoreAsync(model, [.. batch.Zip(vectors, (passage, vector) => (passage.Id, HalfVectors.From(vector.Vector.Span)))], cancellationToken);
            progress?.Report(done += batch.Length);
        }

        return done;
    }

    /// <summary>Passages with their text as it is embedded, in a fixed order.</summary>
    /// <param name="lacking">Only those without a vector of this model; null for all.</param>
    public async IAsyncEnumerable<(long Id, string Text)> PassagesAsync(int? lacking, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"""
            SELECT p.id, s.title, s.published_at, CASE WHEN k.source_id IS NULL THEN k.name END, p.text
            FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id
            {(lacking is null ? "" : $"WHERE NOT EXISTS (SELECT FROM passage_embeddings e WHERE e.passage_id = p.id AND e.model_id = {lacking})")}
            ORDER BY p.id
            """, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return (reader.GetInt64(0), PassageText.Of(
                reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4)));
        }
    }

    /// <summary>A passage deleted, or embedded by another process meanwhile, is passed over.</summary>
    private async Task StoreAsync(int model, (long Id, Pgvector.HalfVector Vector)[] rows, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            INSERT INTO passage_embeddings (passage_id, model_id, embedding)
            SELECT n.id, $1, n.embedding FROM unnest($2, $3) AS n(id, embedding) WHERE EXISTS (SELECT FROM passages p WHERE p.id = n.id)
            ON CONFLICT DO NOTHING
            """);
        command.Parameters.AddWithValue(model);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Id)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(row => row.Vector).ToArray(), DataTypeName = "halfvec[]" });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
