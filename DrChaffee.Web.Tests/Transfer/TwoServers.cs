using System.Globalization;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Transfer;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DrChaffee.Web.Tests.Transfer;

[CollectionDefinition]
public sealed class OnTwoServers : ICollectionFixture<TwoServers>;

/// <summary>Two PostgreSQL servers of our own, which keep what followers need; each test makes its databases there. Where none can be started, such tests are skipped with the reason.</summary>
public sealed class TwoServers : IAsyncLifetime
{
    private readonly PostgresServer?[] _servers = new PostgresServer?[2];
    private string _reason = "";

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < _servers.Length; i++)
            _servers[i] = await PostgresServer.TryStartAsync(reason => _reason = reason, CancellationToken.None, "wal_level=logical", "fsync=off", "shared_buffers=32MB", "max_replication_slots=40", "max_wal_senders=40", "max_logical_replication_workers=20", "max_worker_processes=40", "wal_retrieve_retry_interval=200ms");
    }

    /// <summary>A migrated database on the first server (0) or the second (1).</summary>
    internal async Task<TestLibrary> LibraryAsync(int server, string? name = null)
    {
        Assert.SkipWhen(_servers[server] is null, _reason);
        var connectionString = new NpgsqlConnectionStringBuilder(_servers[server]!.ConnectionString) { Database = name ?? $"library_{Guid.NewGuid():N}"[..24] }.ConnectionString;
        Assert.True(DatabaseUrl.TryParse(connectionString, out connectionString, out _));
        await using var services = new ServiceCollection().AddLogging().AddDomain(new ChaffeeSettings { ConnectionString = connectionString! }).BuildServiceProvider();
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(CancellationToken.None);
        return new TestLibrary(connectionString!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            if (server is not null) await server.DisposeAsync();
    }
}

/// <summary>A library of a few talks, and the machine's own rows beside it.</summary>
internal sealed class TestLibrary(string connectionString)
{
    public string ConnectionString => connectionString;

    public DatabaseAddress Address => new(connectionString);

    public string Url
    {
        get
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            return string.Create(CultureInfo.InvariantCulture, $"postgresql://{parts.Username}:{parts.Password}@{parts.Host}:{parts.Port}/{parts.Database}");
        }
    }

    public TestLibrary Beside(string ending) => new(new NpgsqlConnectionStringBuilder(connectionString) { Database = Address.Database + ending }.ConnectionString);

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public Task RunAsync(string sql) => ScalarAsync<object>(sql);

    /// <summary>Talks whose passages all say a word, with vectors and a vector index.</summary>
    public Task FillAsync(string word, int talks = 3) => RunAsync($"""
        INSERT INTO embedding_models (name, engine, dimensions, active) VALUES ('letters', 'fake', 8, true);
        INSERT INTO engines (name, model, version) VALUES ('import', '', '');
        INSERT INTO sources (source_type, source_id, key, title, state, stage, version, attempts, fencing_token)
            SELECT 'file', '{word}' || i, '{word}-' || i, '{word} talk ' || i, 'done', 'store', 1, 0, 0 FROM generate_series(1, {talks}) i;
        INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, times_estimated, engine_id)
            SELECT s.id, o, o, o + 1, '{word} is spoken of here, time ' || o, false, e.id FROM sources s, engines e, generate_series(0, 4) o;
        INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment)
            SELECT s.id, o, o, o + 1, '{word} is spoken of here, time ' || o, o, o FROM sources s, generate_series(0, 4) o;
        INSERT INTO passage_embeddings (passage_id, model_id, embedding)
            SELECT p.id, m.id, l2_normalize(ARRAY[random(), random(), random(), random(), random(), random(), random(), random()]::real[]::vector)::halfvec FROM passages p, embedding_models m;
        CREATE INDEX ix_passage_embeddings_hnsw_1 ON passage_embeddings USING hnsw ((embedding::halfvec(8)) halfvec_cosine_ops) WHERE model_id = 1;
        """);

    /// <summary>An account and a job's history: what stays with the machine.</summary>
    public Task OwnAsync(string name) => RunAsync($"""
        INSERT INTO accounts (name, password_hash, security_stamp) VALUES ('{name}', 'hash of {name}', 'stamp');
        INSERT INTO job_runs (job, started_at, process) VALUES ('{name}', now(), 'p');
        """);

    public Task<string?> OwnersAsync() => ScalarAsync<string>("SELECT (SELECT string_agg(name, ',') FROM accounts) || '/' || (SELECT string_agg(job, ',') FROM job_runs)");

    public Task<string?> TitlesAsync() => ScalarAsync<string>("SELECT string_agg(title, ', ' ORDER BY title) FROM sources");
}
