using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Evaluation;

/// <summary>An empty library of its own beside the real one, on the same server; gone at the end, whatever happens.</summary>
public sealed class ScratchDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _connectionString;

    private ScratchDatabase(ServiceProvider services, string connectionString) => (_services, _connectionString) = (services, connectionString);

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <exception cref="EvaluationException">The server does not allow it.</exception>
    public static async Task<ScratchDatabase> CreateAsync(ChaffeeSettings settings, CancellationToken cancellationToken)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = $"drchaffee_scratch_{Guid.NewGuid():N}" }.ConnectionString;
        var services = new ServiceCollection().AddLogging(log => log.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None))
            .AddDomain(settings with { ConnectionString = connectionString }).AddIngestion().BuildServiceProvider();
        var scratch = new ScratchDatabase(services, connectionString);
        try
        {
            await scratch.Get<DatabaseMigrator>().MigrateAsync(cancellationToken);
            return scratch;
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await scratch.DisposeAsync();
            throw new EvaluationException("The database user may not create a database, and an evaluation needs one of its own; use a user with CREATEDB that may create the vector extension.");
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        var server = new NpgsqlConnectionStringBuilder(_connectionString);
        var name = server.Database;
        server.Database = "postgres";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
