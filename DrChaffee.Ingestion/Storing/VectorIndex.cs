using DrChaffee.Ingestion.Embedding;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Storing;

/// <summary>
/// The nearest-neighbour index of each model. Building one is far quicker than inserting into it, so a bulk run that brings more than is indexed
/// already drops it first; below a few thousand vectors an exact scan is right, and there is none.
/// </summary>
internal sealed partial class VectorIndex(NpgsqlDataSource dataSource, EmbeddingModels models, TimeProvider time, ILogger<VectorIndex> logger)
{
    private const long WorthAnIndex = 5_000;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Of the graph beside the vector itself. A graph that outgrows its memory is finished on disk, many times slower.</summary>
    private const long BytesOfANode = 900;
    private const long MostMegabytes = 512; // unless the server's own maintenance_work_mem grants more

    /// <summary>Call before a bulk run. Search goes on meanwhile, by exact scan.</summary>
    public async Task MakeRoomAsync(long expected, CancellationToken cancellationToken)
    {
        var (model, _, _) = await models.CurrentAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await ExistsAsync(connection, model, cancellationToken) || await CountAsync(connection, model, cancellationToken) >= expected) return;
        LogDropped(model, expected);
        await ExecuteAsync(connection, $"DROP INDEX IF EXISTS {Name(model)}", cancellationToken);
    }

    /// <summary>Call after a run: builds the index where one is due.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var (model, dimensions, _) = await models.CurrentAsync(cancellationToken);
        await EnsureAsync(model, dimensions, besideWrites: false, cancellationToken);
    }

    /// <summary>The same for a model that is not the active one: slower, but what comes in meanwhile is stored.</summary>
    public Task EnsureAsync(int model, int dimensions, CancellationToken cancellationToken) => EnsureAsync(model, dimensions, besideWrites: true, cancellationToken);

    private async Task EnsureAsync(int model, int dimensions, bool besideWrites, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await ExistsAsync(connection, model, cancellationToken)) return;
        var vectors = await CountAsync(connection, model, cancellationToken);
        if (vectors < WorthAnIndex) return;

        await LockAsync(connection, model, cancellationToken);
        try
        {
            if (await ExistsAsync(connection, model, cancellationToken)) return; // another process built it meanwhile
            var started = time.GetTimestamp();
            var megabytes = Math.Clamp(vectors * (2 * dimensions + BytesOfANode) >> 20, 64, MostMegabytes);
            await ExecuteAsync(connection, $"SELECT set_config('maintenance_work_mem', '{megabytes}MB', false) WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < {megabytes << 20}; SET max_parallel_maintenance_workers = 2", cancellationToken);
            await BuildAsync(connection, model, dimensions, besideWrites, cancellationToken);
            LogBuilt(model, time.GetElapsedTime(started).TotalSeconds);
        }
        finally
        {
            await ExecuteAsync(connection, $"RESET maintenance_work_mem; RESET max_parallel_maintenance_workers; SELECT pg_advisory_unlock(hashtext('{Name(model)}'))", CancellationToken.None);
        }
    }

    /// <summary>Asks again and again rather than waiting in the database: a statement that waits is one that a concurrent build waits for. The lock ends with the session.</summary>
    private async Task LockAsync(NpgsqlConnection connection, int model, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock(hashtext('{Name(model)}'))", connection);
        while (await command.ExecuteScalarAsync(cancellationToken) is not true) await Task.Delay(LookAgain, time, cancellationToken);
    }

    private static async Task BuildAsync(NpgsqlConnection connection, int model, int dimensions, bool besideWrites, CancellationToken cancellationToken)
    {
        var concurrently = besideWrites ? "CONCURRENTLY " : "";
        var drop = $"DROP INDEX {concurrently}IF EXISTS {Name(model)}"; // a concurrent build that broke off leaves one that nothing uses
        var build = $"CREATE INDEX {concurrently}{Name(model)} ON passage_embeddings USING hnsw ((embedding::halfvec({dimensions})) halfvec_cosine_ops) WHERE model_id = {model}";
        try
        {
            await ExecuteAsync(connection, drop, cancellationToken);
            await ExecuteAsync(connection, build, cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState is PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory)
        {
            // Workers share the graph in /dev/shm, of which a container has 64 MB unless told otherwise; one process needs none.
            await ExecuteAsync(connection, "SET max_parallel_maintenance_workers = 0", cancellationToken);
            await ExecuteAsync(connection, drop, cancellationToken);
            await ExecuteAsync(connection, build, cancellationToken);
        }
    }

    /// <summary>For a model that goes: its rows go faster without it.</summary>
    public async Task DropAsync(int model, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"DROP INDEX IF EXISTS {Name(model)}", cancellationToken);
    }

    /// <summary>Lets the planner know what a bulk run brought.</summary>
    public async Task AnalyzeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, "ANALYZE sources, segments, speakers, passages, passage_embeddings", cancellationToken);
    }

    private static string Name(int model) => $"ix_passage_embeddings_hnsw_{model}";

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, int model, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{Name(model)}') AND indisvalid)", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, int model, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM passage_embeddings WHERE model_id = {model}", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Dropped the vector index of model {Model}: {Expected} new vectors are about to come.")]
    private partial void LogDropped(int model, long expected);

    [LoggerMessage(LogLevel.Information, "Built the vector index of model {Model} in {Seconds:F1} s.")]
    private partial void LogBuilt(int model, double seconds);
}
