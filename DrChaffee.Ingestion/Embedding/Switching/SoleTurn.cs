using Npgsql;

namespace DrChaffee.Ingestion.Embedding.Switching;

/// <summary>Work that one process at a time does, however many there are; a process that dies gives its turn back.</summary>
internal sealed class SoleTurn : IAsyncDisposable
{
    private readonly NpgsqlConnection _session;
    private readonly string _name;

    private SoleTurn(NpgsqlConnection session, string name) => (_session, _name) = (session, name);

    /// <summary>Null where another process is at it.</summary>
    public static async Task<SoleTurn?> TryTakeAsync(NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken)
    {
        var session = await dataSource.OpenConnectionAsync(cancellationToken); // the lock ends with it
        var turn = new SoleTurn(session, name);
        try
        {
            if (await turn.AskAsync("SELECT pg_try_advisory_lock(hashtext($1))", cancellationToken)) return turn;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }

        await session.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await AskAsync("SELECT pg_advisory_unlock(hashtext($1))", CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session is gone, and the lock with it.
        }

        await _session.DisposeAsync();
    }

    private async Task<bool> AskAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _session);
        command.Parameters.AddWithValue(_name);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
