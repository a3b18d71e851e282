using DrChaffee.Ingestion.Pipeline;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Steering;

/// <summary>Puts one source directly before or after another in the queue, in one transaction; two that are moved at once follow one another.</summary>
internal static class QueueMove
{
    private const long OneAtATime = 0x6d6f7665;

    public static async Task MoveAsync(NpgsqlDataSource dataSource, string key, string anchor, bool before, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var turn = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({OneAtATime})", connection)) await turn.ExecuteNonQueryAsync(cancellationToken);

        Dictionary<string, long> named = new(StringComparer.Ordinal);
        List<InLine> line = [];
        string? done = null;
        await using (var reading = new NpgsqlCommand("SELECT id, priority, key = $1 OR key = $2, key, state = 'done' FROM sources WHERE state <> 'done' OR key = $1 OR key = $2", connection))
        {
            reading.Parameters.AddWithValue(key);
            reading.Parameters.AddWithValue(anchor);
            await using var reader = await reading.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetBoolean(4)) done = reader.GetString(3);
                line.Add(new InLine(reader.GetInt64(0), reader.GetInt32(1)));
                if (reader.GetBoolean(2)) named[reader.GetString(3)] = reader.GetInt64(0);
            }
        }

        foreach (var asked in (string[])[key, anchor])
            if (!named.ContainsKey(asked)) throw new NoSuchSourceException(asked);
        if (done is not null) throw new IngestionException($"{done} is done and waits no longer.");
        var changed = QueueOrder.Move([.. InLine.Ordered(line)], named[key], named[anchor], before);
        if (changed.Any(source => Math.Abs((long)source.Priority) > SourceSteering.GreatestPriority)) throw new IngestionException("There is no priority left on that side; give what stands there a lesser one first.");
        await using (var writing = new NpgsqlCommand("UPDATE sources s SET priority = w.priority, updated_at = now() FROM unnest($1, $2) AS w(id, priority) WHERE s.id = w.id", connection))
        {
            writing.Parameters.Add(new NpgsqlParameter { Value = changed.Select(source => source.Id).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            writing.Parameters.Add(new NpgsqlParameter { Value = changed.Select(source => source.Priority).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            await writing.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
