using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search.Query;
using DrChaffee.Domain.Settings;
using Npgsql;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>Keeps what people said about results. Within one query a passage has one grade, the last one given.</summary>
public sealed class JudgmentBook(NpgsqlDataSource dataSource, DatabaseState database, ChaffeeSettings settings)
{
    /// <summary>The longest query that can be judged: more does not fit the index that keeps judgments unique.</summary>
    public const int LongestQuery = 500;

    /// <summary>Why nothing can be saved here, in a sentence; null where it can.</summary>
    public async Task<string?> RefusalAsync(CancellationToken cancellationToken)
    {
        if (settings.Mode == RunMode.ApiOnly) return $"This machine only serves ({settings.ModeReason}), so judgments cannot be saved here.";
        return await database.ModeAsync(cancellationToken) == DatabaseMode.ReadOnly
            ? "The database of this machine can only be read, so judgments cannot be saved here; use the machine that ingests."
            : null;
    }

    /// <summary>Saves the grade of the passage that is spoken at the second; false where none is.</summary>
    /// <exception cref="JudgmentsRefusedException">This machine saves nothing.</exception>
    public async Task<bool> SaveAsync(string query, string sourceKey, double second, int grade, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await using var command = dataSource.CreateCommand($"""
            WITH judged AS (SELECT s.key, p.start_sec, p.end_sec FROM sources s, {JudgmentSql.Holding("$3")} WHERE s.key = $2),
            earlier AS (
                DELETE FROM search_judgments j USING judged
                WHERE j.query = $1 AND j.source_key = judged.key AND j.start_sec > judged.start_sec + {JudgmentSql.Rounding} AND j.start_sec < judged.end_sec)
            INSERT INTO search_judgments (query, source_key, start_sec, grade) SELECT $1, key, round(start_sec::numeric, 3), $4 FROM judged
            ON CONFLICT (query, source_key, start_sec) DO UPDATE SET grade = EXCLUDED.grade, updated_at = now()
            """);
        Bind(command, query, sourceKey, second).AddWithValue((short)grade);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Forgets the grade of the passage that is spoken at the second; false where there was none.</summary>
    /// <exception cref="JudgmentsRefusedException">This machine saves nothing.</exception>
    public async Task<bool> DeleteAsync(string query, string sourceKey, double second, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await using var command = dataSource.CreateCommand($"""
            DELETE FROM search_judgments j WHERE query = $1 AND source_key = $2 AND (abs(start_sec - $3) < {JudgmentSql.Rounding} OR EXISTS (
                SELECT 1 FROM sources s, {JudgmentSql.Holding("$3")}
                WHERE s.key = $2 AND j.start_sec > p.start_sec - {JudgmentSql.Rounding} AND j.start_sec < p.end_sec))
            """);
        Bind(command, query, sourceKey, second);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Forgets all judgments of a query; gives how many there were.</summary>
    /// <exception cref="JudgmentsRefusedException">This machine saves nothing.</exception>
    public async Task<int> DeleteQueryAsync(string query, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await using var command = dataSource.CreateCommand("DELETE FROM search_judgments WHERE query = $1");
        command.Parameters.AddWithValue(Written(query));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A query as judgments keep it.</summary>
    internal static string Written(string query) => QueryText.Storable(query).Trim();

    private static NpgsqlParameterCollection Bind(NpgsqlCommand command, string query, string sourceKey, double second)
    {
        command.Parameters.AddWithValue(Written(query));
        command.Parameters.AddWithValue(sourceKey);
        command.Parameters.AddWithValue(second);
        return command.Parameters;
    }

    private async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (await RefusalAsync(cancellationToken) is { } refusal) throw new JudgmentsRefusedException(refusal);
    }
}
