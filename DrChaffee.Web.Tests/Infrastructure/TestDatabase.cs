using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>A migrated database of its own on the server that TEST_DATABASE_URL names; gone at the end. Without that variable, tests that ask for it are skipped.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private const string Variable = "TEST_DATABASE_URL";

    private readonly string? _connectionString;
    private ServiceProvider? _services;

    public TestDatabase() => _connectionString = FindServer();

    private TestDatabase(string server) => _connectionString = OnServer(server);

    /// <summary>On a server of the test's own.</summary>
    public static TestDatabase On(string server) => new(server);

    /// <summary>Skips the test where there is no server.</summary>
    public string ConnectionString
    {
        get
        {
            Assert.SkipWhen(_connectionString is null, $"{Variable} is not set: no PostgreSQL server to test on.");
            return _connectionString!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (_connectionString is null) return;
        _services = new ServiceCollection().AddLogging().AddDomain(new ChaffeeSettings { ConnectionString = _connectionString }).BuildServiceProvider();
        await _services.GetRequiredService<DatabaseMigrator>().MigrateAsync(CancellationToken.None);
    }

    public Task<ChaffeeDbContext> OpenAsync() => _services!.GetRequiredService<IDbContextFactory<ChaffeeDbContext>>().CreateDbContextAsync();

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Empties every table, for a test that counts rows.</summary>
    public Task ClearAsync() => ScalarAsync<object>(
        "TRUNCATE sources, channels, speakers, ingestion_events, embedding_models, engines, sync_changes, host_circuits RESTART IDENTITY CASCADE");

    public async ValueTask DisposeAsync()
    {
        if (_connectionString is null || _services is null) return;
        await _services.DisposeAsync();
        var server = new NpgsqlConnectionStringBuilder(_connectionString);
        var name = server.Database;
        server.Database = "postgres";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
    }

    private static string? FindServer()
    {
        var url = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(url)) return null;
        if (!DatabaseUrl.TryParse(url, out var connectionString, out var fault)) throw new InvalidOperationException($"{Variable}: {fault}");
        return OnServer(connectionString);
    }

    private static string OnServer(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Database = $"chaffee_test_{Guid.NewGuid():N}" }.ConnectionString;
}
