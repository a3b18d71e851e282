using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DrChaffee.Web.Features.Support;

/// <summary>Reads what a helper must know of the database, by rights that every role has.</summary>
internal sealed class DatabaseFacts(NpgsqlDataSource dataSource, IDbContextFactory<ChaffeeDbContext> contexts)
{
    private static readonly string[] Telling =
    [
        "autovacuum", "default_transaction_read_only", "effective_cache_size", "effective_io_concurrency", "fsync", "hnsw.ef_search", "hnsw.iterative_scan", "jit", "lc_collate", "maintenance_work_mem", "max_connections",
        "max_parallel_workers_per_gather", "max_replication_slots", "max_wal_senders", "max_wal_size", "random_page_cost", "server_encoding", "shared_buffers", "statement_timeout", "synchronous_commit", "TimeZone", "wal_level", "work_mem",
    ];

    public async Task<ServerFacts> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var about = new NpgsqlCommand("SELECT version(), (SELECT extversion FROM pg_extension WHERE extname = 'vector'), pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'", connection);
        var (version, vector, standby, readOnly) = (await ReadAsync(about, row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetBoolean(2), row.GetBoolean(3)), cancellationToken))[0];

        await using var settings = new NpgsqlCommand("SELECT name, setting, unit, source FROM pg_settings WHERE name = ANY($1) ORDER BY name", connection);
        settings.Parameters.AddWithValue(Telling);
        await using var activity = new NpgsqlCommand("""
            SELECT coalesce(nullif(application_name, ''), backend_type), coalesce(state, 'unknown'), wait_event_type, count(*)::int
            FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1, 2, 3 ORDER BY 4 DESC
            """, connection);
        return new ServerFacts(
            version, vector, standby, readOnly,
            await ReadAsync(settings, row => new ServerSetting(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3)), cancellationToken),
            await ReadAsync(activity, row => new ConnectionCount(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt32(3)), cancellationToken));
    }

    /// <summary>What was applied, and what this program knows besides.</summary>
    public async Task<(IReadOnlyList<string> Applied, IReadOnlyList<string> Pending)> MigrationsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        List<string> applied = [.. await db.Database.GetAppliedMigrationsAsync(cancellationToken)];
        return (applied, [.. db.Database.GetMigrations().Except(applied, StringComparer.Ordinal)]);
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }
}
