using DrChaffee.Ingestion.Machine;
using Npgsql;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>What is to be told, shared by all processes: each message is put there once, and taken by one of them at a time.</summary>
internal sealed class AlertOutbox(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>A process that has not said by then what became of a message is gone; another sends it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>What could not be sent by then is not news any more.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    private static readonly (TimeSpan First, TimeSpan Longest) Pause = (TimeSpan.FromMinutes(1), TimeSpan.FromHours(2));

    /// <summary>By subject.</summary>
    public async Task<IReadOnlyDictionary<string, ToldAlert>> ToldAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT DISTINCT ON (subject) subject, id, state, created_at FROM alerts ORDER BY subject, id DESC");
        Dictionary<string, ToldAlert> told = new(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            told[reader.GetString(0)] = new ToldAlert(reader.GetInt64(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3));
        return told;
    }

    /// <summary>Puts a message there for each carrier, unless it is there already.</summary>
    /// <param name="after">What was told of the same subject before: two processes that find the same put it there once.</param>
    /// <returns>Its key.</returns>
    public async Task<string> PutAsync(AlertNote note, ToldAlert? after, IEnumerable<string> carriers, CancellationToken cancellationToken)
    {
        var key = $"{note.Subject}/{note.State ?? "well"}/{after?.Id ?? 0}";
        await using var command = dataSource.CreateCommand("""
            INSERT INTO alerts (key, carrier, subject, state, headline, text, created_at, attempts)
            SELECT $1, carrier, $3, $4, $5, $6, $7, 0 FROM unnest($2) carrier ON CONFLICT (key, carrier) DO NOTHING
            """);
        Add(command, key, carriers.ToArray(), note.Subject);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)note.State ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        Add(command, note.Headline, note.Text, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
        return key;
    }

    /// <summary>The oldest that is due and that nobody has in hand; null where there is none.</summary>
    /// <param name="key">Of one message only; null for any.</param>
    public async Task<AlertMessage?> TakeAsync(IEnumerable<string> carriers, string? key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = dataSource.CreateCommand("""
            UPDATE alerts SET taken_by = $4, taken_until = $3, attempts = attempts + 1 WHERE id = (
                SELECT id FROM alerts
                WHERE sent_at IS NULL AND given_up_at IS NULL AND carrier = ANY ($1) AND (taken_until IS NULL OR taken_until <= $2) AND (next_try_at IS NULL OR next_try_at <= $2)
                    AND CASE WHEN $5::text IS NULL THEN subject <> $6 ELSE key = $5 END
                ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id, key, carrier, subject, state, headline, text, created_at, attempts
            """);
        Add(command, carriers.ToArray(), now, now + Lease, ThisProcess.Name);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)key ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        Add(command, AlertDesk.TestSubject);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return new AlertMessage(
            reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4), reader.GetString(5),
            reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetInt32(8));
    }

    /// <param name="remark">Whom it did not reach, in a sentence; null where it reached everybody.</param>
    public async Task SentAsync(AlertMessage message, string? remark)
    {
        await using var command = dataSource.CreateCommand("UPDATE alerts SET sent_at = $2, taken_until = NULL, next_try_at = NULL, last_error = $3 WHERE id = $1");
        Add(command, message.Id, time.GetUtcNow());
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)remark ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <param name="again">False: it is not tried again.</param>
    public async Task FailedAsync(AlertMessage message, string sentence, TimeSpan? retryAfter, bool again)
    {
        var now = time.GetUtcNow();
        await using var command = dataSource.CreateCommand(
            "UPDATE alerts SET last_error = $2, taken_until = NULL, next_try_at = CASE WHEN $4 THEN $3 END, given_up_at = CASE WHEN NOT $4 THEN $5 END WHERE id = $1 AND sent_at IS NULL");
        Add(command, message.Id, sentence, now + PauseAfter(message.Attempts, retryAfter), again, now);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Lets go what is too old to be sent, and gives it back.</summary>
    public async Task<IReadOnlyList<(string Headline, string Carrier, string Reason)>> GiveUpOldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = dataSource.CreateCommand("""
            UPDATE alerts SET given_up_at = $1, next_try_at = NULL, last_error = coalesce(last_error, 'It was not sent within a day.')
            WHERE sent_at IS NULL AND given_up_at IS NULL AND created_at <= $2 AND (taken_until IS NULL OR taken_until <= $1)
            RETURNING headline, carrier, last_error
            """);
        Add(command, now, now - Fresh);
        List<(string, string, string)> old = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) old.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return old;
    }

    /// <param name="attempts">This one included.</param>
    internal static TimeSpan PauseAfter(int attempts, TimeSpan? retryAfter)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(Pause.First.TotalSeconds * Math.Pow(2, attempts - 1), Pause.Longest.TotalSeconds));
        return retryAfter > pause ? retryAfter.Value : pause;
    }

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values) command.Parameters.AddWithValue(value);
    }
}
