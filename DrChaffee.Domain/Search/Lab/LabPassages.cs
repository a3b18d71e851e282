using DrChaffee.Domain.Data;
using Npgsql;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>Reads what the lab shows of passages.</summary>
internal sealed class LabPassages(NpgsqlDataSource dataSource)
{
    /// <summary>By row number; one deleted meanwhile is absent.</summary>
    public async Task<IReadOnlyDictionary<long, LabPassage>> ReadAsync(IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        Dictionary<long, LabPassage> rows = new(passages.Count);
        if (passages.Count == 0) return rows;
        await using var command = dataSource.CreateCommand("""
            SELECT p.id, s.key, s.title, k.name, p.start_sec, p.end_sec, p.text
            FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id WHERE p.id = ANY($1)
            """);
        command.Parameters.Add(RowNumbers.Parameter(passages));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetInt64(0)] = new LabPassage(
                reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                Math.Round(reader.GetDouble(4), 3), Math.Round(reader.GetDouble(5), 3), reader.GetString(6));
        }

        return rows;
    }
}
