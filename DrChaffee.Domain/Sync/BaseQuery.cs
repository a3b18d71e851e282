using DrChaffee.Domain.Sync.Origins;
using Npgsql;

namespace DrChaffee.Domain.Sync;

/// <summary>What a library remembers of its agreements with another one.</summary>
internal static class BaseQuery
{
    public static async Task<Dictionary<string, RememberedBase>> ReadAsync(NpgsqlConnection connection, Guid library, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT source_key, round, hashes FROM sync_bases WHERE library = $1 AND source_key = ANY($2)", connection);
        command.Parameters.AddWithValue(library);
        command.Parameters.Add(HashQuery.Keys(keys));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<string, RememberedBase> bases = new(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) bases.Add(reader.GetString(0), new RememberedBase(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        return bases;
    }

    /// <summary>By the other library.</summary>
    public static async Task<Dictionary<Guid, Dictionary<string, RememberedBase>>> ReadAllAsync(NpgsqlConnection connection, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT library, source_key, round, hashes FROM sync_bases WHERE source_key = ANY($1)", connection);
        command.Parameters.Add(HashQuery.Keys(keys));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<Guid, Dictionary<string, RememberedBase>> bases = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!bases.TryGetValue(reader.GetGuid(0), out var one)) bases[reader.GetGuid(0)] = one = new(StringComparer.Ordinal);
            one.Add(reader.GetString(1), new RememberedBase(reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
        }

        return bases;
    }
}
