using System.Diagnostics;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace DrChaffee.Web.Tests.Schedule;

/// <summary>Several programs on one database.</summary>
public sealed class ClusterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_fire_each_trigger_once_and_a_job_never_beside_itself()
    {
        const int Each = 10;
        await using var one = await StartAsync();
        await using var two = await StartAsync(("DATABASE_URL", one.Database.ConnectionString));
        await Poll.UntilAsync(async () => await one.Database.ScalarAsync<long>("SELECT count(*) FROM qrtz_scheduler_state") == 2);

        var at = TimeProvider.System.GetUtcNow().AddSeconds(2);
        foreach (var (app, name) in new[] { (one, "one"), (two, "two") })
        {
            var scheduler = await app.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token);
            for (var i = 0; i < Each; i++)
                await scheduler.ScheduleJob(TriggerBuilder.Create().WithIdentity($"{name}-{i}", "test").ForJob(ScheduledJob.Statistics.Key).StartAt(at).Build(), cancellationToken: Token);
        }

        await Poll.UntilAsync(async () => await one.Database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'statistics' AND finished_at IS NOT NULL") >= 2 * Each);
        await Task.Delay(TimeSpan.FromSeconds(2), Token); // one fired twice would come now

        Assert.Equal(2 * Each, await one.Database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'statistics' AND started_at >= now() - interval '1 minute'"));
        Assert.Equal(0, await one.Database.ScalarAsync<long>("""
            SELECT count(*) FROM job_runs a JOIN job_runs b ON a.id < b.id AND a.job = b.job AND (a.started_at, a.finished_at) OVERLAPS (b.started_at, b.finished_at)
            """));
    }

    [Fact]
    public async Task A_run_missed_while_every_machine_was_off_runs_once_when_two_processes_come_back()
    {
        await using var app = await StartAsync(("INGESTION_SCHEDULE", "0 2 * * *"));
        await app.Database.UntilScheduledAsync(5);
        await app.EndSchedulerAsync();
        var before = await app.Database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'ingest'");
        var missed = TimeProvider.System.GetUtcNow().AddDays(-3).UtcTicks;
        await app.Database.ScalarAsync<object>($"UPDATE qrtz_triggers SET next_fire_time = {missed} WHERE trigger_name = 'ingest'");

        using var data = new TestFolder();
        var processes = Enumerable.Range(0, 2).Select(i => ProgramRun.Start(["serve", "--urls=http://127.0.0.1:0"],
            ("DATABASE_URL", app.Database.ConnectionString), ("INGESTION_SCHEDULE", "0 2 * * *"), ("DATA_DIR", data.Path))).ToList();
        try
        {
            foreach (var process in processes) Drain(process);
            await Poll.UntilAsync(async () => await app.Database.ScalarAsync<long>("SELECT count(*) FROM qrtz_scheduler_state") >= 2);
            await Poll.UntilAsync(async () => await app.Database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'ingest' AND finished_at IS NOT NULL") > before);
            await Task.Delay(TimeSpan.FromSeconds(5), Token); // one that is made up for twice would come now

            Assert.Equal(before + 1, await app.Database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'ingest'"));
            Assert.True(await app.Database.ScalarAsync<long>("SELECT next_fire_time FROM qrtz_triggers WHERE trigger_name = 'ingest'") > TimeProvider.System.GetUtcNow().UtcTicks);
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
                process.Dispose();
            }
        }
    }

    [Fact]
    public async Task What_is_chosen_in_one_process_holds_in_the_other_and_after_a_new_start()
    {
        await using var one = await StartAsync(("INGESTION_SCHEDULE", "0 2 * * *"));
        await one.Database.UntilScheduledAsync(5);
        using (var client = await one.SignedInClientAsync()) await client.ChooseAsync("45 5 * * *");

        await using var two = await StartAsync(("DATABASE_URL", one.Database.ConnectionString), ("INGESTION_SCHEDULE", "0 2 * * *"));
        await Poll.UntilAsync(async () => await one.Database.ScalarAsync<long>("SELECT count(*) FROM qrtz_scheduler_state") == 2);
        var state = await two.Services.GetRequiredService<Timetable>().ReadAsync(Token);
        var trigger = await (await two.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token)).GetTrigger(ScheduledJob.Ingest.Trigger, Token) as ICronTrigger;

        Assert.Equal(("45 5 * * *", "0 2 * * *", "admin"), (state.Cron, state.DefaultCron, state.ChosenBy));
        Assert.Equal("0 45 5 * * ?", trigger?.CronExpressionString);
    }

    [Fact]
    public async Task A_worker_leaves_the_nightly_run_of_a_production_machine_and_that_machine_never_does_what_it_refuses()
    {
        await using var production = await StartAsync(("INCREMENTAL_ONLY", "true"));
        var database = production.Database;
        (string, string?)[] worker = [("DATABASE_URL", database.ConnectionString), ("WORKER_ONLY", "true")];
        await database.UntilScheduledAsync(3);
        await using (var first = await ServedProcess.StartAsync(worker))
        {
            await ProcessesAsync(database, 2);
            await first.TerminateAsync();
        }

        await using var restarted = await StartAsync(("DATABASE_URL", database.ConnectionString), ("INCREMENTAL_ONLY", "true"));
        await ProcessesAsync(database, 2);
        var (scheduled, begins) = (await database.ScalarAsync<string>("SELECT string_agg(trigger_name, ',' ORDER BY trigger_name) FROM qrtz_triggers"), await NightAsync(database));
        var rescans = await database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'rescan'");
        var due = await DueAsync(database, TimeSpan.FromSeconds(1));
        using var client = await production.SignedInClientAsync();
        await client.ActAsync("statistics", "run");
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'statistics' AND asked_by IS NOT NULL AND finished_at IS NOT NULL") == 1);
        var still = await database.ScalarAsync<long>("SELECT next_fire_time FROM qrtz_triggers WHERE trigger_name = 'rescan' AND trigger_state = 'WAITING'");
        await DueAsync(database, TimeSpan.FromMinutes(10));
        var health = (await client.JsonAsync("/health")).GetProperty("status").GetString();
        await using var second = await ServedProcess.StartAsync(worker);
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'rescan'") > rescans, TimeSpan.FromMinutes(2));

        Assert.Equal(("clean-up,ingest,rescan,retry,statistics", "0 0 2 * * ?"), (scheduled, begins));
        Assert.Equal((due, "ok"), (still, health));
        Assert.Equal(0, await database.ScalarAsync<long>($"SELECT count(*) FROM job_runs WHERE job IN ('rescan', 'retry') AND process = '{Environment.MachineName}/{Environment.ProcessId}'"));
    }

    [Fact]
    public async Task A_process_that_is_told_no_schedule_keeps_and_shows_what_another_set_and_one_that_is_told_off_ends_it()
    {
        await using var one = await StartAsync(("INGESTION_SCHEDULE", "15 3 * * *"));
        await one.Database.UntilScheduledAsync(5);
        await using var two = await StartAsync(("DATABASE_URL", one.Database.ConnectionString), ("INCREMENTAL_ONLY", "true"));
        await ProcessesAsync(one.Database, 2);
        var (state, kept) = (await two.Services.GetRequiredService<Timetable>().ReadAsync(Token), await NightAsync(one.Database));
        await using var three = await StartAsync(("DATABASE_URL", one.Database.ConnectionString), ("INGESTION_SCHEDULE", "off"));
        await ProcessesAsync(one.Database, 3);

        Assert.Equal(("15 3 * * *", "0 2 * * *", "0 15 3 * * ?"), (state.Cron, state.DefaultCron, kept));
        Assert.Null(await NightAsync(one.Database));
    }

    /// <summary>Waits until so many have applied their schedule and take part.</summary>
    private static Task ProcessesAsync(TestDatabase database, int count) =>
        Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM qrtz_scheduler_state") == count, TimeSpan.FromMinutes(2));

    private static Task<string?> NightAsync(TestDatabase database) => database.ScalarAsync<string>("SELECT cron_expression FROM qrtz_cron_triggers WHERE trigger_name = 'ingest'");

    /// <summary>Lets the look at the channels be overdue.</summary>
    private static async Task<long> DueAsync(TestDatabase database, TimeSpan since) =>
        await database.ScalarAsync<long>($"UPDATE qrtz_triggers SET next_fire_time = {(TimeProvider.System.GetUtcNow() - since).UtcTicks} WHERE trigger_name = 'rescan' RETURNING next_fire_time");

    private static async Task<EmptyApp> StartAsync(params (string, string)[] variables)
    {
        var app = new EmptyApp { Variables = variables };
        await app.InitializeAsync();
        _ = app.Database.ConnectionString; // skips without a server
        return app;
    }

    private static void Drain(Process process)
    {
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }
}
