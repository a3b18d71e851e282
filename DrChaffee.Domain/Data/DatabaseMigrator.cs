using DrChaffee.Domain.Data.Roles;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Data;

/// <summary>Brings the database to this program's schema, once, however many processes start together.</summary>
public sealed partial class DatabaseMigrator(IDbContextFactory<ChaffeeDbContext> contexts, NpgsqlDataSource dataSource, ILogger<DatabaseMigrator> logger)
{
    private const long MigrationLock = 0x43_68_61_66_66_65_65; // "Chaffee"

    /// <summary>Creates the database if it is missing and applies what has not been applied. Gives the names of the migrations that it applied.</summary>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(cancellationToken);
        await using var guard = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(guard, $"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
            List<string> pending = [.. await db.Database.GetPendingMigrationsAsync(cancellationToken)];
            if (pending.Count > 0)
            {
                await db.Database.MigrateAsync(cancellationToken);
                await ExecuteAsync(guard, SecretTables.HideSql, cancellationToken);
                LogMigrated(pending.Count, pending[^1]);
            }

            // The extension may be new, or made by another process just now: connections opened before it existed do not know its types.
            await guard.ReloadTypesAsync(cancellationToken);
            return pending;
        }
        finally
        {
            await ExecuteAsync(guard, $"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
        }
    }

    /// <summary>Says so where a newer program has brought the database further than this one knows. Migrations only add, so this one serves on.</summary>
    public async Task TellNewerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var unknown = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations(), StringComparer.Ordinal).ToList();
            if (unknown.Count > 0) LogNewer(unknown[^1]);
        }
        catch (NpgsqlException)
        {
            // Whoever may not read the history, or reaches no database, serves as well as it can.
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var creator = (RelationalDatabaseCreator)db.Database.GetService<IDatabaseCreator>();
            if (!await creator.ExistsAsync(cancellationToken)) await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process created it first.
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Applied {Count} database migrations, up to {Last}.")]
    private partial void LogMigrated(int count, string last);

    [LoggerMessage(LogLevel.Warning, "The database has a newer schema ({Last}) than this program knows; it serves what it knows. Update the program.")]
    private partial void LogNewer(string last);
}
