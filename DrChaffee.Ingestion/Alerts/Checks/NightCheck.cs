using System.Globalization;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Schedule;
using Npgsql;

namespace DrChaffee.Ingestion.Alerts.Checks;

/// <summary>The nightly run: whether it began in time, how it ended, and what of it waits for a person.</summary>
internal sealed class NightCheck(ChaffeeSettings settings, JobHistory history, ScheduleBook book, NightFailures failures, NpgsqlDataSource dataSource, TimeProvider time) : IAlertCheck
{
    private const string Subject = "night";
    private const string NotBegun = "missed";

    private static readonly TimeSpan LooseEnd = TimeSpan.FromDays(1);

    public async Task<IReadOnlyList<AlertNote>> LookAsync(IReadOnlyDictionary<string, string> wrong, CancellationToken cancellationToken)
    {
        var (_, runs) = await history.ListAsync(ScheduledJob.Ingest.Name, take: 2, skip: 0, cancellationToken);
        var last = runs.Count > 0 ? runs[0] : null;
        if (last is { Outcome: RunOutcome.Running }) return []; // how it ends will be told
        var schedule = (await book.FindAsync(ScheduledJob.Ingest, cancellationToken)).Schedule;
        if (schedule is not null && await MissedAsync(schedule, last, cancellationToken) is { } planned) return [Missed(planned)];
        if (last is null || (schedule is null && last.StartedAt + LooseEnd <= time.GetUtcNow())) return []; // nobody waits for the next one
        if (wrong.GetValueOrDefault(Subject) is { } told && IsMissed(told, last.StartedAt)) return [];
        return await EndedAsync(last, runs.Count > 1 ? runs[1] : null, cancellationToken) is { } note ? [note] : [];
    }

    /// <summary>When a run should have begun that none has begun since; null where that is not so, or not for long enough.</summary>
    private async Task<DateTimeOffset?> MissedAsync(Domain.Schedule.CronSchedule schedule, PastRun? last, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT trigger_state, start_time FROM qrtz_triggers WHERE sched_name = $1 AND trigger_name = $2 AND trigger_group = $3");
        command.Parameters.AddWithValue(ScheduleServices.SchedulerName);
        command.Parameters.AddWithValue(ScheduledJob.Ingest.Trigger.Name);
        command.Parameters.AddWithValue(ScheduledJob.Ingest.Trigger.Group);
        var from = last?.StartedAt;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetString(0) is "PAUSED" or "PAUSED_BLOCKED") return null;
                var since = new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero); // what was missed of an earlier schedule is nobody's loss
                if (from is null || from < since) from = since;
            }
        }

        if (from is not { } begin || CronTimes.Next(schedule, 1, begin, settings.TimeZone) is not [var planned]) return null;
        return planned + settings.Alerts.MissedAfter <= time.GetUtcNow() ? planned : null;
    }

    /// <summary>Whether a night was told of as missed, and no run has begun since: a process that waits for longer, or for none, has nothing to add.</summary>
    private static bool IsMissed(string told, DateTimeOffset lastStart) =>
        told.StartsWith(NotBegun, StringComparison.Ordinal) && string.CompareOrdinal(AlertNote.Since(NotBegun, lastStart), told) < 0;

    private async Task<AlertNote?> EndedAsync(PastRun run, PastRun? before, CancellationToken cancellationToken)
    {
        var when = AlertNote.Moment(run.StartedAt, settings.TimeZone);
        if (run.Outcome is RunOutcome.CutOff or RunOutcome.Stopped)
        {
            return run.StartedAt + settings.Alerts.MissedAfter > time.GetUtcNow() ? null : new AlertNote(
                Subject, AlertNote.Since("cut", run.StartedAt), "The nightly run was cut off", $"The nightly run of {when} was cut off, and nothing has gone on with it for {Hours()}. See that the program runs: drchaffee doctor.");
        }

        var waiting = await failures.TellAsync(before?.FinishedAt ?? before?.StartedAt ?? run.StartedAt, run.FinishedAt ?? time.GetUtcNow(), cancellationToken);
        if (run.Outcome == RunOutcome.Failed)
            return new AlertNote(Subject, AlertNote.Since("failed", run.StartedAt), "The nightly run failed", $"The nightly run of {when} failed: {run.Message} {waiting?.Sentences}".TrimEnd());
        if (waiting is { } some)
            return new AlertNote(Subject, AlertNote.Since("waiting", run.StartedAt), NightFailures.Waiting(some.Count), $"After the nightly run of {when}, {some.Sentences}");
        var earlier = await failures.CountAsync(cancellationToken);
        var rest = earlier > 0 ? $" Of earlier ones, {NightFailures.Waiting(earlier)}." : "";
        return new AlertNote(Subject, State: null, "The nightly run is well again", $"The nightly run of {when} ended, and nothing of it waits for a person: {run.Message}{rest}");
    }

    private AlertNote Missed(DateTimeOffset planned) => new(
        Subject, AlertNote.Since(NotBegun, planned), "The nightly run did not begin",
        $"The nightly run of {AlertNote.Moment(planned, settings.TimeZone)} did not begin within {Hours()}. See that the program runs: drchaffee doctor.");

    private string Hours() => settings.Alerts.MissedAfter.TotalHours is 1 ? "an hour" : string.Create(CultureInfo.InvariantCulture, $"{settings.Alerts.MissedAfter.TotalHours:0} hours");
}
