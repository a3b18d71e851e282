using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sync.Merging;
using Npgsql;

namespace DrChaffee.Domain.Sync.Targets;

/// <summary>What a person decided about conflicts, for the sync that then does it.</summary>
internal static class DecisionBook
{
    /// <param name="prefer">Whose word counts where nobody decided.</param>
    public static async Task<Func<string, Decisions>> ReadAsync(NpgsqlConnection connection, Guid library, IReadOnlyCollection<string> keys, Preference prefer, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT source_key, part, ordinal, decision FROM sync_conflicts WHERE library = $1 AND source_key = ANY($2) AND decision IS NOT NULL", connection);
        command.Parameters.AddWithValue(library);
        command.Parameters.Add(HashQuery.Keys(keys));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<string, Dictionary<(ConflictPart, int), Preference>> decided = new(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!decided.TryGetValue(reader.GetString(0), out var one)) decided[reader.GetString(0)] = one = [];
            one[(SnakeCase.Parse<ConflictPart>(reader.GetString(1)), reader.GetInt32(2))] = SnakeCase.Parse<Preference>(reader.GetString(3));
        }

        var others = new Decisions(new Dictionary<(ConflictPart, int), Preference>(), prefer);
        return key => decided.TryGetValue(key, out var own) ? new Decisions(own, prefer) : others;
    }
}
