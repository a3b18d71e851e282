using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>Reads judgments, as lists and as the grades that passages have now.</summary>
public sealed class JudgmentReader(IDbContextFactory<ChaffeeDbContext> contexts, NpgsqlDataSource dataSource)
{
    /// <summary>Those judged last first.</summary>
    public async Task<IReadOnlyList<JudgedQuery>> QueriesAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var queries = await db.SearchJudgments.GroupBy(j => j.Query)
            .Select(g => new { g.Key, Judged = g.Count(), Relevant = g.Count(j => j.Grade > 0), Updated = g.Max(j => j.UpdatedAt) })
            .OrderByDescending(q => q.Updated).ThenBy(q => q.Key).ToListAsync(cancellationToken);
        return [.. queries.Select(q => new JudgedQuery(q.Key, q.Judged, q.Relevant, q.Updated))];
    }

    /// <summary>The judgments of a query, best grades first.</summary>
    public async Task<IReadOnlyList<Judgment>> ListAsync(string query, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT j.query, j.source_key, s.title, j.start_sec, j.grade, t.text, j.created_at, j.updated_at
            FROM search_judgments j LEFT JOIN sources s ON s.key = j.source_key LEFT JOIN {JudgmentSql.Holding("j.start_sec")} ON true LEFT JOIN passages t ON t.id = p.id
            WHERE j.query = $1 ORDER BY j.grade DESC, j.source_key, j.start_sec
            """);
        command.Parameters.AddWithValue(JudgmentBook.Written(query));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Judgment> judgments = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            judgments.Add(new Judgment(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetDouble(3), reader.GetInt16(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return judgments;
    }

    /// <summary>The grades of passages by query; of several judgments within one passage the best.</summary>
    /// <param name="query">Null reads all.</param>
    public async Task<IReadOnlyList<GradedQuery>> GradesAsync(string? query, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT j.query, p.id, max(j.grade), count(*)
            FROM search_judgments j LEFT JOIN sources s ON s.key = j.source_key LEFT JOIN {JudgmentSql.Holding("j.start_sec")} ON true
            WHERE $1::text IS NULL OR j.query = $1 GROUP BY 1, 2
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = query is null ? DBNull.Value : JudgmentBook.Written(query), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        SortedDictionary<string, (Dictionary<long, int> Grades, int Lost)> queries = new(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (grades, lost) = queries.TryGetValue(reader.GetString(0), out var known) ? known : ([], 0);
            if (reader.IsDBNull(1)) lost += (int)reader.GetInt64(3);
            else grades[reader.GetInt64(1)] = reader.GetInt16(2);
            queries[reader.GetString(0)] = (grades, lost);
        }

        return [.. queries.Select(q => new GradedQuery(q.Key, q.Value.Grades, q.Value.Lost))];
    }
}

/// <summary>A judged query with the grades of the passages as they are cut now.</summary>
/// <param name="Grades">By passage.</param>
/// <param name="Lost">Judgments whose second no passage speaks any more.</param>
public sealed record GradedQuery(string Query, IReadOnlyDictionary<long, int> Grades, int Lost)
{
    public int Relevant => Grades.Values.Count(grade => grade > 0);
}
