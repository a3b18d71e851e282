using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Schedule;

public sealed class ScheduleApiTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task A_schedule_is_chosen_shown_in_words_turned_off_and_given_back_to_the_environment()
    {
        using var client = await app.SignedInClientAsync();
        await app.Database.UntilScheduledAsync(4);

        var before = await client.JsonAsync(ScheduleApp.Address);
        var chosen = await client.ChooseAsync("30  4 * * mon-fri");
        var after = await client.JsonAsync(ScheduleApp.Address);
        var job = await client.JobAsync("ingest");
        var off = await client.ChooseAsync("OFF");
        var given = await client.ChooseAsync("default");
        var end = await client.JobAsync("ingest");

        Assert.Equal(["time_zone", "cron", "words", "default_cron", "chosen_by", "chosen_at", "next", "refusal", "total", "items"], before.Names());
        Assert.Equal(["name", "does", "cron", "words", "standing", "reason", "next_at", "running_since"], job.Names());
        Assert.Equal(["rescan", "ingest", "retry", "clean-up", "statistics"], before.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.Equal((200, $"The nightly run begins every Monday to Friday at 04:30 ({before.GetProperty("time_zone").GetString()})."), chosen);
        Assert.Equal(("30 4 * * mon-fri", "every Monday to Friday at 04:30", "admin"), (after.GetProperty("cron").GetString(), after.GetProperty("words").GetString(), after.GetProperty("chosen_by").GetString()));
        Assert.Equal(5, after.GetProperty("next").GetArrayLength());
        Assert.Equal(("scheduled", after.GetProperty("next")[0].GetDateTimeOffset()), (job.GetProperty("standing").GetString(), job.GetProperty("next_at").GetDateTimeOffset()));
        Assert.Equal([200, 200], [off.Status, given.Status]);
        Assert.Equal("off", end.GetProperty("standing").GetString());
    }

    [Theory]
    [InlineData(null, "cron is missing; write five fields such as 0 2 * * *, or off, or default.")]
    [InlineData("0 25 * * *", "The hour is '25'; write 0 to 23, such as 2, 9-17 or */6.")]
    public async Task What_is_no_schedule_is_refused_in_one_sentence(string? cron, string sentence)
    {
        using var client = await app.SignedInClientAsync();

        Assert.Equal((400, sentence), await client.ChooseAsync(cron));
    }

    [Fact]
    public async Task A_schedule_can_be_tried_without_being_chosen()
    {
        using var client = await app.SignedInClientAsync();
        var preview = await client.JsonAsync($"{ScheduleApp.Address}/preview?cron=0+2+*+*+*");

        Assert.Equal("every day at 02:00", preview.GetProperty("words").GetString());
        Assert.Equal(5, preview.GetProperty("next").GetArrayLength());
        Assert.StartsWith("The minute is 'x'", await client.ProblemAsync($"{ScheduleApp.Address}/preview?cron=x+2+*+*+*", HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_runs_when_asked_and_its_history_says_by_whom_how_long_and_what_it_did()
    {
        using var client = await app.SignedInClientAsync();
        await app.Database.UntilScheduledAsync(4);

        var asked = await client.ActAsync("statistics", "run");
        var run = (await client.RunsAsync("statistics")).First(past => past.GetProperty("asked_by").GetString() is not null);
        var page = await client.GetStringAsync("/admin/schedule", TestContext.Current.CancellationToken);

        Assert.Equal((200, "statistics begins now."), asked);
        Assert.Equal(["job", "started_at", "finished_at", "outcome", "duration", "message", "process", "asked_by"], run.Names());
        Assert.Equal(("done", "admin"), (run.GetProperty("outcome").GetString(), run.GetProperty("asked_by").GetString()));
        Assert.StartsWith("0 recordings, 0 segments", run.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(run.GetProperty("duration").GetDouble() >= 0);
        Assert.Contains("0 recordings, 0 segments", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_is_paused_and_goes_on_and_a_change_of_its_time_leaves_it_paused()
    {
        using var client = await app.SignedInClientAsync();
        await app.Database.UntilScheduledAsync(4);
        await client.ChooseAsync("0 2 * * *");

        var paused = await client.ActAsync("ingest", "pause");
        await client.ChooseAsync("0 3 * * *");
        var standing = (await client.JobAsync("ingest")).GetProperty("standing").GetString();
        var resumed = await client.ActAsync("ingest", "resume");
        var again = await client.JobAsync("ingest");
        await client.ChooseAsync("default");
        var nothing = await client.ActAsync("ingest", "pause");

        Assert.Equal((200, "ingest is paused; a run in progress goes on to its end."), paused);
        Assert.Equal("paused", standing);
        Assert.Equal(200, resumed.Status);
        Assert.Equal("scheduled", again.GetProperty("standing").GetString());
        Assert.Equal((409, "ingest does not run by itself, so there is nothing to pause; set its schedule first."), nothing);
    }

    [Fact]
    public async Task A_job_that_there_is_not_is_told_with_those_there_are()
    {
        using var client = await app.SignedInClientAsync();

        Assert.Equal((404, "There is no job dishes; the jobs are rescan, ingest, retry, clean-up or statistics."), await client.ActAsync("dishes", "run"));
        Assert.Equal("job is 'dishes'; write rescan, ingest, retry, clean-up or statistics.", await client.ProblemAsync($"{ScheduleApp.Address}/history?job=dishes", HttpStatusCode.BadRequest));
    }
}
