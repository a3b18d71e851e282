using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using Npgsql;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>When each job runs: an admin's choice, kept in the database so that every process takes it up, or the environment's; where that says nothing, what stands in the database.</summary>
internal sealed class ScheduleBook(ChaffeeSettings settings, NpgsqlDataSource dataSource)
{
    public async Task<ChosenSchedule> FindAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT s.cron, s.changed_by, s.changed_at, t.description
            FROM (VALUES ($1)) wanted (job) LEFT JOIN job_schedules s USING (job)
            LEFT JOIN qrtz_triggers t ON t.sched_name = $2 AND t.trigger_name = job AND t.trigger_group = $3
            """);
        command.Parameters.AddWithValue(job.Name);
        command.Parameters.AddWithValue(ScheduleServices.SchedulerName);
        command.Parameters.AddWithValue(ScheduledJob.TriggerGroup);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader["changed_by"] is string by) return new ChosenSchedule(Parse(reader["cron"]), by, await reader.GetFieldValueAsync<DateTimeOffset>(2, cancellationToken));
        return new ChosenSchedule((job.IsSetBy(settings) ? null : Parse(reader["description"])) ?? job.DefaultSchedule(settings), null, null);
    }

    /// <param name="schedule">Null: it does not run by itself.</param>
    public async Task ChooseAsync(ScheduledJob job, CronSchedule? schedule, string by, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            INSERT INTO job_schedules (job, cron, changed_by) VALUES ($1, $2, $3)
            ON CONFLICT (job) DO UPDATE SET cron = excluded.cron, changed_by = excluded.changed_by, changed_at = now()
            """);
        command.Parameters.AddWithValue(job.Name);
        command.Parameters.AddWithValue((object?)schedule?.Text ?? DBNull.Value);
        command.Parameters.AddWithValue(by);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>From now on the environment decides again.</summary>
    public async Task ForgetAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("DELETE FROM job_schedules WHERE job = $1");
        command.Parameters.AddWithValue(job.Name);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static CronSchedule? Parse(object cron) => CronSchedule.TryParse(cron as string, out var schedule, out _) ? schedule : null;
}

/// <param name="Schedule">Null: it does not run by itself.</param>
/// <param name="ChosenBy">Who chose it on the page; null where the environment or the program decides.</param>
internal sealed record ChosenSchedule(CronSchedule? Schedule, string? ChosenBy, DateTimeOffset? ChosenAt);
