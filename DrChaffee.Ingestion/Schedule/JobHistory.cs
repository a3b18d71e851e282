using DrChaffee.Domain.Data;
using Npgsql;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>What became of each firing of a job.</summary>
public sealed class JobHistory(NpgsqlDataSource dataSource)
{
    /// <param name="job">Of one job only; null for all.</param>
    /// <returns>How many there are, and the given part of them, the latest first.</returns>
    public async Task<(int Total, IReadOnlyList<PastRun> Items)> ListAsync(string? job, int take, int skip, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT count(*) OVER ()::int, r.job, r.started_at, r.finished_at, coalesce(r.outcome, CASE WHEN EXISTS (
                    SELECT FROM qrtz_fired_triggers f WHERE f.sched_name = $4 AND f.job_name = r.job AND f.state = 'EXECUTING'
                ) AND NOT EXISTS (SELECT FROM job_runs later WHERE later.job = r.job AND later.id > r.id) THEN 'running' ELSE 'cut_off' END),
                r.message, r.process, r.asked_by
            FROM job_runs r WHERE $1::text IS NULL OR r.job = $1 ORDER BY r.id DESC OFFSET $3 LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)job ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.AddWithValue(take);
        command.Parameters.AddWithValue(skip);
        command.Parameters.AddWithValue(ScheduleServices.SchedulerName);

        var total = 0;
        List<PastRun> runs = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            total = reader.GetInt32(0);
            var (started, finished) = (reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(3));
            runs.Add(new PastRun(
                reader.GetString(1), started, finished, SnakeCase.Parse<RunOutcome>(reader.GetString(4)), (finished - started)?.TotalSeconds,
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetString(7)));
        }

        return (total, runs);
    }
}

/// <summary>One firing of a job.</summary>
/// <param name="Duration">In seconds; null while it runs, or where it was cut off.</param>
/// <param name="Process">The machine and process it ran in.</param>
/// <param name="AskedBy">Who asked for it; null where it was the clock.</param>
public sealed record PastRun(string Job, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, RunOutcome Outcome, double? Duration, string? Message, string Process, string? AskedBy);

/// <summary>What became of one firing.</summary>
public enum RunOutcome
{
    Running,
    Done,
    Failed,

    /// <summary>The program was stopped, and the job with it.</summary>
    Stopped,

    /// <summary>The process ended in the middle of it.</summary>
    CutOff,
}
