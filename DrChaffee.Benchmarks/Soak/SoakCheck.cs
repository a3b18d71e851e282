using Npgsql;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>Looks for what a crash may leave behind.</summary>
internal sealed class SoakCheck(string connectionString)
{
    public async Task<IReadOnlyList<string>> FaultsAsync(IReadOnlyDictionary<string, string[]> expected, CancellationToken cancellationToken)
    {
        List<string> faults = [];
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        HashSet<string> seen = new(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand("""
            SELECT s.origin, s.state, s.version, s.lease_owner, s.attempts, coalesce((SELECT array_agg(g.text ORDER BY g.ordinal) FROM segments g WHERE g.source_id = s.id), '{}'),
                (SELECT count(*) FROM passages p WHERE p.source_id = s.id), (SELECT count(DISTINCT p.id) FROM passages p JOIN passage_embeddings e ON e.passage_id = p.id WHERE p.source_id = s.id),
                s.state_reason
            FROM sources s
            """, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var origin = reader.GetString(0);
                if (!expected.TryGetValue(origin, out var lines) || !seen.Add(origin)) faults.Add($"{origin} is no recording of the folder, or is there twice.");
                else faults.AddRange(Faults(reader, Path.GetFileName(origin), lines));
            }
        }

        faults.AddRange(expected.Keys.Where(origin => !seen.Contains(origin)).Select(origin => $"{Path.GetFileName(origin)} is missing."));
        await using var kept = new NpgsqlCommand("SELECT count(*) FROM source_checkpoints", connection);
        if ((long)(await kept.ExecuteScalarAsync(cancellationToken))! is var left and > 0) faults.Add($"{left} checkpoints are left of sources that are done.");
        return faults;
    }

    private static IEnumerable<string> Faults(NpgsqlDataReader row, string name, string[] lines)
    {
        if (row.GetString(1) != "done") yield return $"{name} is {row.GetString(1)}: {(row.IsDBNull(8) ? "no reason" : row.GetString(8))}";
        if (row.GetInt64(2) != 1) yield return $"{name} was stored {row.GetInt64(2)} times.";
        if (!row.IsDBNull(3)) yield return $"{name} is leased by {row.GetString(3)} still.";
        if (!row.GetFieldValue<string[]>(5).SequenceEqual(lines)) yield return $"{name} has {row.GetFieldValue<string[]>(5).Length} segments where {lines.Length} were spoken, or not the same.";
        if (row.GetInt64(6) == 0 || row.GetInt64(6) != row.GetInt64(7)) yield return $"{name} has {row.GetInt64(6)} passages, {row.GetInt64(7)} of them with a vector.";
    }
}
