using Npgsql;

namespace DrChaffee.Domain.Search.Index;

/// <summary>
/// How far what was read of a library has come, and in which library's history: the same number at another time is another library, put in the place of the first by
/// a restore, a switch or a subscription.
/// </summary>
/// <param name="At">When the change of that number was made; null where there is none.</param>
/// <param name="Copying">Another server is filling the tables one by one: what a change is about may come after it.</param>
internal sealed record LibraryMark(long Version, DateTimeOffset? At, bool Copying)
{
    public static Task<LibraryMark> LatestAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => ReadAsync(connection, null, cancellationToken);

    /// <summary>True where what was read up to this mark is still how the library at hand began.</summary>
    public async Task<bool> HoldsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = await ReadAsync(connection, Version, cancellationToken);
        return now.At == At && now.Copying == Copying;
    }

    private static async Task<LibraryMark> ReadAsync(NpgsqlConnection connection, long? version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT c.version, c.at, EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r')
            FROM (SELECT) one LEFT JOIN (SELECT version, at FROM sync_changes {(version is null ? "ORDER BY version DESC LIMIT 1" : "WHERE version = $1")}) c ON true
            """, connection);
        if (version is { } number) command.Parameters.AddWithValue(number);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new LibraryMark(reader.IsDBNull(0) ? 0 : reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1), reader.GetBoolean(2));
    }
}
