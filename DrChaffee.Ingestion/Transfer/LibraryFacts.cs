using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <param name="Server">The major version of the server.</param>
/// <param name="Schema">The last migration; null where the database has none of this program's tables.</param>
internal sealed record LibraryFacts(int Server, string? Schema, long Bytes)
{
    public static async Task<LibraryFacts> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schema = await connection.ReadAsync<bool>($"SELECT to_regclass('{LibraryTables.Quote(LibraryTables.History)}') IS NOT NULL", cancellationToken)
            ? await connection.ReadAsync<string>($"SELECT max(migration_id) FROM {LibraryTables.Quote(LibraryTables.History)}", cancellationToken)
            : null;
        return new LibraryFacts(connection.PostgreSqlVersion.Major, schema, await connection.ReadAsync<long>("SELECT pg_database_size(current_database())", cancellationToken));
    }

    /// <exception cref="TransferException">It is no library of this program.</exception>
    public static async Task<LibraryFacts> RequireAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var facts = await ReadAsync(connection, cancellationToken);
        return facts.Schema is not null ? facts : throw new TransferException($"{name} has no library; run ./drchaffee migrate with DATABASE_URL set to it.");
    }
}
