using System.Net;
using System.Net.Http.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace DrChaffee.Web.Tests.Schedule;

/// <summary>What each run mode refuses: in the command line, the HTTP interface and the page alike.</summary>
public sealed class RunModeTests
{
    private const string ServesOnly = "Ingestion is disabled: API_ONLY_MODE is true. This machine only serves the library; ingest on another one.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_that_only_serves_schedules_nothing_touches_no_table_and_says_why()
    {
        await using var app = await StartAsync(("API_ONLY_MODE", "true"), ("INGESTION_SCHEDULE", "* * * * *"));
        using var client = await app.SignedInClientAsync();

        var answers = new[] { await client.ActAsync("ingest", "run"), await client.ActAsync("statistics", "pause"), await client.ActAsync("rescan", "resume"), await client.ChooseAsync("0 2 * * *") };
        using var ingest = await client.PostAsJsonAsync("/api/admin/ingest", new { path = "/tmp" }, Token);
        var page = await client.GetStringAsync("/admin/schedule", Token);
        var command = await ProgramRun.RunAsync(["ingest", "--source", "folder", "--channel", "/tmp"], ("DATABASE_URL", app.Database.ConnectionString), ("API_ONLY_MODE", "true"));
        var check = (await client.JsonAsync("/health")).GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "schedule");

        Assert.All(answers, answer => Assert.Equal((409, ServesOnly), answer));
        Assert.Equal(HttpStatusCode.Conflict, ingest.StatusCode);
        Assert.Equal((1, "", ServesOnly), (command.ExitCode, command.Output, command.Errors));
        Assert.Contains(ServesOnly, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Run now", page, StringComparison.Ordinal);
        Assert.Equal(("ok", "No job is scheduled: API_ONLY_MODE is true."), (check.GetProperty("status").GetString(), check.GetProperty("message").GetString()));
        foreach (var table in new[] { "qrtz_job_details", "qrtz_triggers", "qrtz_locks", "qrtz_scheduler_state", "job_runs", "job_schedules" })
            Assert.Equal(0, await app.Database.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
    }

    [Fact]
    public async Task A_production_machine_has_only_the_nightly_few_and_refuses_what_is_more()
    {
        await using var app = await StartAsync(("INCREMENTAL_ONLY", "true"));
        using var client = await app.SignedInClientAsync();
        await app.Database.UntilScheduledAsync(3);
        var state = await client.JsonAsync(ScheduleApp.Address);
        var (rescan, retry) = (await client.ActAsync("rescan", "run"), await client.ActAsync("retry", "run"));
        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/admin/schedule", Token));
        var bulk = await ProgramRun.RunAsync(["ingest", "--source", "folder", "--channel", "/tmp"], ("DATABASE_URL", app.Database.ConnectionString), ("INCREMENTAL_ONLY", "true"));

        Assert.Equal(("0 2 * * *", "every day at 02:00"), (state.GetProperty("cron").GetString(), state.GetProperty("words").GetString()));
        Assert.Equal("clean-up,ingest,statistics", await app.Database.ScalarAsync<string>("SELECT string_agg(job_name, ',' ORDER BY job_name) FROM qrtz_job_details"));
        Assert.Equal((409, "On this machine only the nightly run takes recordings in: INCREMENTAL_ONLY is true."), rescan);
        Assert.Equal(rescan, retry);
        Assert.Contains(rescan.Sentence, page, StringComparison.Ordinal);
        Assert.Equal((1, "Bulk runs are refused: INCREMENTAL_ONLY is true. On this machine give --limit-unprocessed, or --limit 5 or less."), (bulk.ExitCode, bulk.Errors));
    }

    [Fact]
    public async Task A_database_that_can_only_be_read_does_not_break_the_start()
    {
        await using var writer = await StartAsync();
        await writer.Database.UntilScheduledAsync(4);
        await using var reader = await StartAsync(("DATABASE_URL", $"{writer.Database.ConnectionString};Options=-c default_transaction_read_only=on"));
        using var client = reader.Client();

        var health = await client.JsonAsync("/health");
        var check = health.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "schedule");
        await Poll.UntilAsync(() => Task.FromResult(reader.Log.Lines.Any(line => line.Contains("nothing is scheduled until it can", StringComparison.Ordinal))));

        Assert.Equal(("degraded", "read-only"), (health.GetProperty("status").GetString(), health.GetProperty("database_mode").GetString()));
        Assert.Equal("The database can only be read here, so this process runs no job.", check.GetProperty("message").GetString());
        Assert.Equal(1, await writer.Database.ScalarAsync<long>("SELECT count(*) FROM qrtz_scheduler_state"));
        Assert.Empty(reader.Log.Errors);
    }

    [Theory]
    [InlineData("INCREMENTAL_ONLY", "false")]
    [InlineData("INCREMENTAL_ONLY", "true")]
    public async Task Where_jobs_are_scheduled_health_holds_what_the_schedulers_own_check_says(string variable, string value)
    {
        await using var app = await StartAsync((variable, value));
        using var client = app.Client();
        await Poll.UntilAsync(async () => (await ScheduleCheckAsync(client)).Status == "ok");

        await (await app.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token)).Shutdown(waitForJobsToComplete: false, Token);
        await Poll.UntilAsync(async () => (await ScheduleCheckAsync(client)).Status == "degraded");

        Assert.StartsWith("This process runs no job: ", (await ScheduleCheckAsync(client)).Message, StringComparison.Ordinal);
        Assert.Equal("degraded", (await client.JsonAsync("/health")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_schedule_or_a_zone_that_cannot_be_read_stops_the_start_with_every_fault()
    {
        var run = await ProgramRun.RunAsync(["doctor"], ("INGESTION_SCHEDULE", "0 2 * *"), ("TZ", "Mars/Olympus"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("INGESTION_SCHEDULE is '0 2 * *'. A schedule has five fields", run.Errors, StringComparison.Ordinal);
        Assert.Contains("TZ is 'Mars/Olympus'; write a time zone such as UTC, Europe/Berlin or America/New_York.", run.Errors, StringComparison.Ordinal);
    }

    private static async Task<(string? Status, string? Message)> ScheduleCheckAsync(HttpClient client)
    {
        var check = (await client.JsonAsync("/health")).GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "schedule");
        return (check.GetProperty("status").GetString(), check.GetProperty("message").GetString());
    }

    private static async Task<EmptyApp> StartAsync(params (string, string)[] variables)
    {
        var app = new EmptyApp { Variables = variables };
        await app.InitializeAsync();
        _ = app.Database.ConnectionString; // skips without a server
        return app;
    }
}
