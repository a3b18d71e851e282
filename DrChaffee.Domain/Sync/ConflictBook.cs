using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sync.Merging;
using Npgsql;

namespace DrChaffee.Domain.Sync;

/// <summary>The conflicts that syncs into this library left, and a person's decisions about them. The next sync from the same library does what was decided.</summary>
public sealed class ConflictBook(NpgsqlDataSource dataSource)
{
    private const string List = """
        SELECT id, source_key, title, part, ordinal, theirs, ours, decision, count(*) OVER () FROM sync_conflicts WHERE $1 IS NULL OR library = $1 ORDER BY at, id LIMIT 200
        """;

    /// <summary>The first of them, and how many there are.</summary>
    public async Task<(int Total, IReadOnlyList<SyncConflict> Items)> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, null, cancellationToken);
    }

    /// <summary>False where there is no such conflict any more.</summary>
    public async Task<bool> DecideAsync(long id, Preference decision, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("UPDATE sync_conflicts SET decision = $2 WHERE id = $1");
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(new NpgsqlParameter { Value = decision == Preference.None ? DBNull.Value : SnakeCase.Name(decision), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    internal static async Task<(int Total, IReadOnlyList<SyncConflict> Items)> OpenAsync(LibraryEnd end, Guid library, CancellationToken cancellationToken)
    {
        await using var connection = await end.ConnectAsync(cancellationToken);
        return await ReadAsync(connection, library, cancellationToken);
    }

    private static async Task<(int Total, IReadOnlyList<SyncConflict> Items)> ReadAsync(NpgsqlConnection connection, Guid? library, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(List, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)library ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var total = 0;
        List<SyncConflict> conflicts = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            total = (int)reader.GetInt64(8);
            var (part, ordinal) = (SnakeCase.Parse<ConflictPart>(reader.GetString(3)), reader.GetInt32(4));
            conflicts.Add(new SyncConflict(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), part, ordinal, SyncConflict.Name(part, ordinal), Text(5), Text(6), Text(7) is { } decision ? SnakeCase.Parse<Preference>(decision) : null));
        }

        return (total, conflicts);

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
