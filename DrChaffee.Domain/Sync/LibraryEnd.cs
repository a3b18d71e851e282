using Npgsql;

namespace DrChaffee.Domain.Sync;

/// <summary>One of the two libraries: how it is reached, and what must be known of it before anything is compared.</summary>
public sealed class LibraryEnd : IAsyncDisposable
{
    private const string Facts = """
        SELECT (SELECT id FROM library_identity), (SELECT max(migration_id) FROM "__EFMigrationsHistory"),
            current_setting('transaction_read_only') = 'on' OR NOT has_table_privilege('sources', 'INSERT')
        """;

    private readonly NpgsqlDataSource _dataSource;

    private LibraryEnd(NpgsqlDataSource dataSource, string name) => (_dataSource, Name) = (dataSource, name);

    /// <summary>For people: host, port and database, never the password.</summary>
    public string Name { get; }
    public Guid Library { get; private set; }

    /// <summary>The last migration that was applied.</summary>
    public string Schema { get; private set; } = "";
    public bool ReadOnly { get; private set; }

    /// <summary>How it is called where only its connection string is known.</summary>
    public static string NameOf(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{parts.Host}:{parts.Port}/{parts.Database}";
    }

    /// <exception cref="SyncException">It cannot be reached, or is no library of this program.</exception>
    public static async Task<LibraryEnd> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = NameOf(connectionString) };
        builder.ConnectionStringBuilder.CommandTimeout = 0;
        builder.ConnectionStringBuilder.ApplicationName = "drchaffee sync";
        var end = new LibraryEnd(builder.Build(), NameOf(connectionString));
        try
        {
            await end.ReadAsync(cancellationToken);
            return end;
        }
        catch
        {
            await end.DisposeAsync();
            throw;
        }
    }

    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) => _dataSource.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    /// <summary>A copy of a whole database has the id of what it was copied from; as a library of its own it gets its own.</summary>
    public async Task RenewIdentityAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("UPDATE library_identity SET id = gen_random_uuid() RETURNING id");
        Library = (Guid)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = _dataSource.CreateCommand(Facts);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            (Library, Schema, ReadOnly) = (reader.GetGuid(0), reader.GetString(1), reader.GetBoolean(2));
        }
        catch (PostgresException ex) when (ex.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
        {
            throw new SyncException($"{Name} has no library of this version; run ./drchaffee migrate with DATABASE_URL set to it.", ex);
        }
        catch (PostgresException ex)
        {
            throw new SyncException($"{Name} refused ({ex.SqlState}: {ex.MessageText}).", ex);
        }
        catch (Exception ex) when (ex is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new SyncException($"{Name} cannot be reached ({ex.Message}).", ex);
        }
    }
}
