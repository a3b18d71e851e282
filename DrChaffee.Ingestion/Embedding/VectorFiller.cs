using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Embeds passages that are stored already: those without a vector of a model.</summary>
internal sealed class VectorFiller(NpgsqlDataSource dataSource)
{
    private const int BatchSize = 250;
    private const int PageSize = 5_000;

    /// <summary>Gives how many it embedded. What was embedded before a failure is kept.</summary>
    /// <param name="goesOn">Asked before each batch; false ends it. Null: it goes on to the end.</param>
    public async Task<long> FillAsync(
        int model, int dimensions, IEmbeddingGenerator<string, Embedding<float>> embedder, IProgress<long>? progress, CancellationToken cancellationToken, Func<CancellationToken, Task<bool>>? goesOn = null)
    {
        long done = 0;
        await foreach (var batch in PassagesAsync(model, cancellationToken).Chunk(BatchSize).WithCancellation(cancellationToken))
        {
            if (goesOn is not null && !await goesOn(cancellationToken)) break;
            var vectors = await PassageVectors.EmbedAsync(embedder, Array.ConvertAll(batch, passage => passage.Text), dimensions, cancellationToken);
            await StoreAsync(model, [.. batch.Zip(vectors, (passage, vector) => (passage.Id, vector))], cancellationToken);
            progress?.Report(done += batch.Length);
        }

        return done;
    }

    /// <summary>Passages with their text as it is embedded, in a fixed order; read page by page, for a slow model takes hours, and no statement should.</summary>
    /// <param name="lacking">Only those without a vector of this model; null for all.</param>
    public async IAsyncEnumerable<(long Id, string Text)> PassagesAsync(int? lacking, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (List<(long Id, string Text)> page = []; ;)
        {
            page = await PageAsync(lacking, page.Count == 0 ? 0 : page[^1].Id, cancellationToken);
            foreach (var passage in page) yield return passage;
            if (page.Count < PageSize) yield break;
        }
    }

    private async Task<List<(long Id, string Text)>> PageAsync(int? lacking, long after, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT p.id, s.title, s.published_at, CASE WHEN k.source_id IS NULL THEN k.name END, p.text
            FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id
            WHERE p.id > $1 {(lacking is null ? "" : $"AND NOT EXISTS (SELECT FROM passage_embeddings e WHERE e.passage_id = p.id AND e.model_id = {lacking})")}
            ORDER BY p.id LIMIT {PageSize}
            """);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue(after);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(long Id, string Text)> page = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add((reader.GetInt64(0), PassageText.Of(
                reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4))));
        }

        return page;
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
