using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using Npgsql;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>Reads what is scheduled, as the database has it: the same for the page, the HTTP interface, <c>/health</c> and <c>drchaffee doctor</c>, whether this process runs jobs or not.</summary>
public sealed class Timetable
{
    private const int NextTimes = 5;

    private readonly ChaffeeSettings _settings;
    private readonly IngestionPolicy _policy;
    private readonly NpgsqlDataSource _dataSource;
    private readonly ScheduleBook _book;
    private readonly TimeProvider _time;
    private readonly CachedValue<string> _sentence;

    internal Timetable(ChaffeeSettings settings, IngestionPolicy policy, NpgsqlDataSource dataSource, ScheduleBook book, TimeProvider time)
    {
        (_settings, _policy, _dataSource, _book, _time) = (settings, policy, dataSource, book, time);
        _sentence = new CachedValue<string>(TimeSpan.FromSeconds(3), time, TellAsync);
    }

    /// <summary>A machine that only serves asks the database nothing.</summary>
    public async Task<TimetableState> ReadAsync(CancellationToken cancellationToken)
    {
        var chosen = _policy.Refusal is null ? await _book.FindAsync(ScheduledJob.Ingest, cancellationToken) : new ChosenSchedule(null, null, null);
        var rows = _policy.Refusal is null ? await RowsAsync(cancellationToken) : [];
        List<JobState> jobs = [];
        foreach (var job in ScheduledJob.All)
        {
            var schedule = job == ScheduledJob.Ingest ? chosen.Schedule : job.DefaultSchedule(_settings);
            jobs.Add(StateOf(job, schedule?.Text, schedule?.Words, rows.GetValueOrDefault(job.Name)));
        }

        var next = chosen.Schedule is { } cron ? CronTimes.Next(cron, NextTimes, _time.GetUtcNow(), _settings.TimeZone) : [];
        return new TimetableState(
            _settings.TimeZone.Id, chosen.Schedule?.Text, chosen.Schedule?.Words ?? "never by itself", ScheduledJob.Ingest.DefaultSchedule(_settings)?.Text,
            chosen.ChosenBy, chosen.ChosenAt, next, _policy.Refusal, jobs);
    }

    /// <summary>When the next nightly run begins, or why none does, in one sentence that is at most some seconds old; a database that cannot be asked is such a reason.</summary>
    public Task<string> NextRunAsync(CancellationToken cancellationToken) => _sentence.GetAsync(cancellationToken);

    private async Task<string> TellAsync(CancellationToken cancellationToken)
    {
        if (_policy.Refusal is not null) return $"No job is scheduled: {_settings.ModeReason ?? "API_ONLY_MODE is true"}.";
        try
        {
            var state = await ReadAsync(cancellationToken);
            var job = state.Jobs.Single(job => job.Name == ScheduledJob.Ingest.Name);
            return job.Standing switch
            {
                JobStanding.Running => "The nightly run is under way.",
                JobStanding.Paused => "The nightly run is paused.",
                JobStanding.Off => "The nightly run does not begin by itself: INGESTION_SCHEDULE is not set, and no time was chosen on the page of the schedule.",
                JobStanding.Scheduled when job.NextAt is { } at => string.Create(
                    CultureInfo.InvariantCulture, $"The next nightly run begins on {at:ddd d MMM} at {at:HH:mm} ({state.TimeZone}) and takes in at most {_settings.IngestionLimit} recordings."),
                _ => job.Reason ?? "The nightly run is not scheduled.",
            };
        }
        catch (PostgresException ex)
        {
            return ex.SqlState == PostgresErrorCodes.UndefinedTable ? "The database has no schedule yet; run 'drchaffee migrate'." : $"What is scheduled cannot be read ({ex.SqlState}: {ex.MessageText}).";
        }
        catch (NpgsqlException)
        {
            return "What is scheduled is not known while the database does not answer.";
        }
    }

    private JobState StateOf(ScheduledJob job, string? cron, string? words, JobRow? row)
    {
        var (standing, reason) = (_policy.Refusal ?? job.Refusal(_settings)) is { } refusal ? (JobStanding.Refused, refusal)
            : row is { RunningSince: not null } ? (JobStanding.Running, null)
            : cron is null ? (JobStanding.Off, null)
            : row?.State switch
            {
                null => (JobStanding.Unscheduled, "No process has scheduled it yet; it is when 'drchaffee serve' runs on this database."),
                "PAUSED" or "PAUSED_BLOCKED" => (JobStanding.Paused, null),
                "ERROR" => (JobStanding.Unscheduled, "Quartz could not start it; the log says why."),
                _ => (JobStanding.Scheduled, (string?)null),
            };
        var next = standing is JobStanding.Scheduled or JobStanding.Running && row?.NextAt is { } at ? TimeZoneInfo.ConvertTime(at, _settings.TimeZone) : (DateTimeOffset?)null;
        return new JobState(job.Name, job.Does, standing == JobStanding.Refused ? null : cron, words ?? "never by itself", standing, reason, next, row?.RunningSince);
    }

    private async Task<Dictionary<string, JobRow>> RowsAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("""
            SELECT j.job_name, t.trigger_state, t.next_fire_time,
                (SELECT min(f.fired_time) FROM qrtz_fired_triggers f WHERE f.sched_name = j.sched_name AND f.job_name = j.job_name AND f.job_group = j.job_group AND f.state = 'EXECUTING')
            FROM qrtz_job_details j
            LEFT JOIN qrtz_triggers t ON t.sched_name = j.sched_name AND t.job_name = j.job_name AND t.job_group = j.job_group AND t.trigger_group = $2
            WHERE j.sched_name = $1
            """);
        command.Parameters.AddWithValue(ScheduleServices.SchedulerName);
        command.Parameters.AddWithValue(ScheduledJob.TriggerGroup);
        Dictionary<string, JobRow> rows = new(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetString(0)] = new JobRow(
                await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1),
                await reader.IsDBNullAsync(2, cancellationToken) ? null : Instant(reader.GetInt64(2)),
                await reader.IsDBNullAsync(3, cancellationToken) ? null : Instant(reader.GetInt64(3)));
        }

        return rows;
    }

    /// <summary>Quartz keeps instants as ticks of universal time.</summary>
    private static DateTimeOffset Instant(long ticks) => new(ticks, TimeSpan.Zero);

    private sealed record JobRow(string? State, DateTimeOffset? NextAt, DateTimeOffset? RunningSince);
}
