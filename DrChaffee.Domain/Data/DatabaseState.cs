using Npgsql;

namespace DrChaffee.Domain.Data;

/// <summary>Whether the database can be reached and written, remembered for a few seconds so that a health check costs nothing.</summary>
public sealed class DatabaseState
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly CachedValue<DatabaseMode> _mode;

    public DatabaseState(NpgsqlDataSource dataSource, TimeProvider time)
    {
        _dataSource = dataSource;
        _mode = new CachedValue<DatabaseMode>(TimeSpan.FromSeconds(3), time, AskAsync);
    }

    /// <summary>Never throws but for cancellation: an unreachable database is an answer.</summary>
    public Task<DatabaseMode> ModeAsync(CancellationToken cancellationToken) => _mode.GetAsync(cancellationToken);

    /// <summary>Whether there are keys that guard what is signed in, and this role may read them.</summary>
    public async Task<bool> HasKeysAsync(CancellationToken cancellationToken)
    {
        await using var allowed = _dataSource.CreateCommand("SELECT to_regclass('data_protection_keys') IS NOT NULL AND has_table_privilege(to_regclass('data_protection_keys'), 'SELECT')");
        if (await allowed.ExecuteScalarAsync(cancellationToken) is not true) return false;
        await using var some = _dataSource.CreateCommand("SELECT EXISTS (SELECT FROM data_protection_keys)");
        return await some.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<DatabaseMode> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A role without the right to insert sees a read-only database, whatever the transaction says.
            await using var command = _dataSource.CreateCommand("""
                SELECT current_setting('transaction_read_only') = 'on'
                    OR (to_regclass('sources') IS NOT NULL AND NOT has_table_privilege('sources', 'INSERT'))
                """);
            command.CommandTimeout = 3;
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))! ? DatabaseMode.ReadOnly : DatabaseMode.Writable;
        }
        catch (Exception ex) when (ex is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return DatabaseMode.Unreachable;
        }
    }
}

/// <summary>What the database lets this process do.</summary>
public enum DatabaseMode
{
    Writable,
    ReadOnly,
    Unreachable,
}
