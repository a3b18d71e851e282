using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>What is told of the nightly run. Its time is 02:00, and a run that did not begin is told of three hours later.</summary>
public sealed class NightTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset First = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new(First + Hour);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_night_is_told_of_once_each_night_and_then_that_it_is_well_again()
    {
        await using var process = await StartAsync();
        await database.AddRunAsync(First, Hour / 2, JobOutcome.Failed, "No channel could be looked at.");

        await process.LookAsync();
        await process.LookAsync();
        var first = (await database.ToldAsync(), await database.LastTextAsync());
        await NextNightAsync(JobOutcome.Failed, "Again none.");
        await process.LookAsync();
        await process.LookAsync();
        var second = await database.ToldAsync();
        await NextNightAsync(JobOutcome.Done, "1 channel looked at, 2 new recordings taken in.");
        await process.LookAsync();
        await process.LookAsync();

        Assert.Equal(["The nightly run failed"], first.Item1);
        Assert.Equal("The nightly run of Sun 1 Mar, 02:00 (UTC) failed: No channel could be looked at.", first.Item2);
        Assert.Equal(["The nightly run failed", "The nightly run failed"], second);
        Assert.Equal(["The nightly run failed", "The nightly run failed", "The nightly run is well again"], await database.ToldAsync());
        Assert.Equal("The nightly run of Tue 3 Mar, 02:00 (UTC) ended, and nothing of it waits for a person: 1 channel looked at, 2 new recordings taken in.", await database.LastTextAsync());
    }

    [Fact]
    public async Task Recordings_that_need_a_person_are_counted_by_class_and_the_rest_is_left_out()
    {
        await using var process = await StartAsync();
        await database.AddRunAsync(First, Hour / 2, JobOutcome.Done, "1 channel looked at, 9 failed.");
        await FailAsync("Blocked one", FailureClass.Blocked, next: Hour);
        await FailAsync("Blocked two", FailureClass.Blocked);
        await FailAsync("Broken", FailureClass.Broken);
        await FailAsync("Ours", FailureClass.Ours);
        await FailAsync("Given up", FailureClass.Transient);
        await FailAsync("Tried again by itself", FailureClass.Transient, next: Hour);
        await FailAsync("Gone", FailureClass.Gone);
        await FailAsync("Set aside", FailureClass.Broken, setAside: true);
        await FailAsync("Before this night", FailureClass.Broken, failedAt: First - Hour);

        await process.LookAsync();

        Assert.Equal(["5 recordings failed and wait for a person"], await database.ToldAsync());
        Assert.Equal(
            "After the nightly run of Sun 1 Mar, 02:00 (UTC), 5 recordings failed and wait for a person: 1 transient, 2 blocked, 1 broken, 1 ours. “Blocked one”, “Blocked two”, “Broken” and 2 more. Retry them or set them aside on the dashboard, under Failures.",
            await database.LastTextAsync());
    }

    [Fact]
    public async Task What_was_set_aside_waits_no_longer_and_what_waits_from_earlier_nights_is_counted()
    {
        await using var process = await StartAsync();
        await database.AddRunAsync(First, Hour / 2, JobOutcome.Done);
        await FailAsync("Of an earlier night", FailureClass.Broken, failedAt: First - Hour);
        await FailAsync("Of this night", FailureClass.Broken);

        await process.LookAsync();
        await database.ScalarAsync<object>("UPDATE sources SET set_aside = true WHERE title = 'Of this night'");
        _time.Advance(Hour);
        await process.LookAsync();

        Assert.Equal(["1 recording failed and waits for a person", "The nightly run is well again"], await database.ToldAsync());
        Assert.EndsWith("Of earlier ones, 1 recording failed and waits for a person.", await database.LastTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stays_as_it_is_is_told_of_once_more_each_day()
    {
        await using var process = await StartAsync();
        await database.AddRunAsync(First, Hour / 2, JobOutcome.Failed, "No room.");
        await process.LookAsync();

        for (var hours = 0; hours < 23; hours++)
        {
            _time.Advance(Hour);
            await process.LookAsync();
        }

        var day = (await database.ToldAsync()).Count;
        await database.ScalarAsync<object>("INSERT INTO job_schedules (job, cron, changed_by) VALUES ('ingest', '0 2 * * sun', 'test')"); // the next one is in a week
        _time.Advance(Hour);
        await process.LookAsync();

        Assert.Equal((1, 2), (day, (await database.ToldAsync()).Count));
    }

    [Fact]
    public async Task A_run_that_goes_on_is_waited_for_and_one_that_was_cut_off_is_given_time_to_be_taken_up()
    {
        await using var process = await StartAsync();
        await database.AddRunAsync(First, took: null, outcome: null);

        await process.LookAsync();
        var soon = await database.ToldAsync();
        await ExecutingAsync(true);
        _time.Advance(2 * Hour);
        await process.LookAsync();
        var running = await database.ToldAsync();
        await ExecutingAsync(false);
        await process.LookAsync();

        Assert.Empty(soon);
        Assert.Empty(running);
        Assert.Equal(["The nightly run was cut off"], await database.ToldAsync());
        Assert.Contains("nothing has gone on with it for 3 hours", await database.LastTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_night_without_a_run_is_told_of_three_hours_later_and_then_that_it_was_made_up_for()
    {
        await using var process = await StartAsync();
        await database.AddRunAsync(First, Hour / 2, JobOutcome.Done);
        _time.Advance(TimeSpan.FromDays(1) + 2 * Hour - TimeSpan.FromSeconds(1));

        await process.LookAsync();
        var early = await database.ToldAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await process.LookAsync();
        await process.LookAsync();
        var late = (await database.ToldAsync(), await database.LastTextAsync());
        await database.AddRunAsync(_time.GetUtcNow(), Hour, JobOutcome.Done);
        _time.Advance(Hour);
        await process.LookAsync();

        Assert.Empty(early);
        Assert.Equal(["The nightly run did not begin"], late.Item1);
        Assert.Equal("The nightly run of Mon 2 Mar, 02:00 (UTC) did not begin within 3 hours. See that the program runs: drchaffee doctor.", late.Item2);
        Assert.Equal(["The nightly run did not begin", "The nightly run is well again"], await database.ToldAsync());
    }

    [Fact]
    public async Task A_process_that_waits_for_longer_does_not_take_back_that_a_night_was_missed()
    {
        await using var process = await StartAsync();
        await using var patient = new AlertProcess(database, _time, new AlertSettings { Webhook = new Uri("http://127.0.0.1:1/"), MissedAfter = TimeSpan.FromHours(12) });
        await database.AddRunAsync(First, Hour / 2, JobOutcome.Done);
        _time.Advance(TimeSpan.FromDays(1) + 2 * Hour);

        for (var hours = 0; hours < 8; hours++)
        {
            await process.LookAsync();
            await patient.LookAsync();
            _time.Advance(Hour);
        }

        var missed = await database.ToldAsync();
        await database.AddRunAsync(_time.GetUtcNow(), Hour / 2, JobOutcome.Done);
        await patient.LookAsync();

        Assert.Equal(["The nightly run did not begin"], missed);
        Assert.Equal(["The nightly run did not begin", "The nightly run is well again"], await database.ToldAsync());
    }

    [Theory]
    [InlineData("PAUSED", "2026-01-01")]
    [InlineData("WAITING", "2026-03-02T04:00")]
    public async Task What_an_admin_paused_or_planned_anew_since_was_not_missed(string state, string planned)
    {
        await using var process = await StartAsync();
        await database.AddRunAsync(First, Hour / 2, JobOutcome.Done);
        var since = DateTimeOffset.Parse($"{planned}Z", System.Globalization.CultureInfo.InvariantCulture).UtcTicks;
        await database.ScalarAsync<object>($"""
            INSERT INTO qrtz_job_details (sched_name, job_name, job_group, job_class_name, is_durable, is_nonconcurrent, is_update_data, requests_recovery) VALUES ('DrChaffee', 'ingest', 'DEFAULT', 'x', true, true, false, true);
            INSERT INTO qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, trigger_state, trigger_type, start_time) VALUES ('DrChaffee', 'ingest', 'schedule', 'ingest', 'DEFAULT', '{state}', 'CRON', {since})
            """);
        _time.Advance(TimeSpan.FromDays(1) + 5 * Hour);

        await process.LookAsync();

        Assert.Empty(await database.ToldAsync());
    }

    private async Task<AlertProcess> StartAsync()
    {
        var process = new AlertProcess(database, _time, new AlertSettings { Webhook = new Uri("http://127.0.0.1:1/") });
        await database.ClearAsync();
        await database.ForgetAlertsAsync();
        await database.ScalarAsync<object>("TRUNCATE qrtz_fired_triggers; DELETE FROM qrtz_triggers; DELETE FROM qrtz_job_details");
        return process;
    }

    private async Task NextNightAsync(JobOutcome outcome, string message)
    {
        _time.Advance(TimeSpan.FromDays(1));
        await database.AddRunAsync(_time.GetUtcNow() - Hour, Hour / 2, outcome, message);
    }

    private async Task ExecutingAsync(bool executing) => await database.ScalarAsync<object>(executing
        ? """
          INSERT INTO qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time, sched_time, priority, state, job_name, job_group, is_nonconcurrent, requests_recovery)
          VALUES ('DrChaffee', 'x', 'ingest', 'schedule', 'x', 0, 0, 5, 'EXECUTING', 'ingest', 'DEFAULT', true, true)
          """
        : "TRUNCATE qrtz_fired_triggers");

    private async Task FailAsync(string title, FailureClass failureClass, TimeSpan? next = null, bool setAside = false, DateTimeOffset? failedAt = null)
    {
        await using var db = await database.OpenAsync();
        var count = await db.Sources.CountAsync(Token);
        db.Sources.Add(new Source
        {
            SourceType = "file",
            SourceId = title,
            Key = $"file-{count}",
            Title = title,
            State = SourceState.Failed,
            FailureClass = failureClass,
            NextTryAt = _time.GetUtcNow() + next,
            SetAside = setAside,
        });
        db.IngestionEvents.Add(new IngestionEvent { At = failedAt ?? First + Hour / 4, RunId = Guid.NewGuid(), Kind = IngestionEventKind.Failed, SourceKey = $"file-{count}" });
        await db.SaveChangesAsync(Token);
    }
}
