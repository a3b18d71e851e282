using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Evaluation;

/// <summary>A library of its own beside the real one, on the same server, empty at first; gone at the end, whatever happens, unless it is to be kept.</summary>
public sealed class ScratchDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly bool _kept;

    private ScratchDatabase(ServiceProvider services, string connectionString, bool kept) => (_services, ConnectionString, _kept) = (services, connectionString, kept);

    public string ConnectionString { get; }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <param name="keptAs">A name under which the library is kept, and found again; null for one that goes.</param>
    /// <exception cref="EvaluationException">The server does not allow it.</exception>
    public static async Task<ScratchDatabase> CreateAsync(ChaffeeSettings settings, CancellationToken cancellationToken, string? keptAs = null)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = keptAs ?? $"drchaffee_scratch_{Guid.NewGuid():N}" }.ConnectionString;
        var services = new ServiceCollection().AddLogging(log => log.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None))
            .AddDomain(settings with { ConnectionString = connectionString }).AddIngestion().BuildServiceProvider();
        var scratch = new ScratchDatabase(services, connectionString, keptAs is not null);
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
        if (_kept) return;
        var server = new NpgsqlConnectionStringBuilder(ConnectionString);
        var name = server.Database;
        server.Database = "postgres";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
