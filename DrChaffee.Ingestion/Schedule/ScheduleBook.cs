using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using Npgsql;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>When each job runs: an admin's choice, kept in the database so that every process takes it up, or the environment's.</summary>
internal sealed class ScheduleBook(ChaffeeSettings settings, NpgsqlDataSource dataSource)
{
    public async Task<ChosenSchedule> FindAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT cron, changed_by, changed_at FROM job_schedules WHERE job = $1");
        command.Parameters.AddWithValue(job.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return new ChosenSchedule(job.DefaultSchedule(settings), null, null);
        var cron = await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0);
        return new ChosenSchedule(
            CronSchedule.TryParse(cron, out var schedule, out _) ? schedule : null, reader.GetString(1), await reader.GetFieldValueAsync<DateTimeOffset>(2, cancellationToken));
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
}

/// <param name="Schedule">Null: it does not run by itself.</param>
/// <param name="ChosenBy">Who chose it on the page; null where the environment or the program decides.</param>
internal sealed record ChosenSchedule(CronSchedule? Schedule, string? ChosenBy, DateTimeOffset? ChosenAt);
