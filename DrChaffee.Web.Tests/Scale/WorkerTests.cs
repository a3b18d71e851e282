using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Scale;

/// <summary>Processes that only work: <c>WORKER_ONLY=true</c>.</summary>
public sealed class WorkerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Talks = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_of_them_do_each_talk_once_show_nothing_but_their_health_and_hand_back_what_they_had_when_they_are_stopped()
    {
        (string, string?)[] worker = [("DATABASE_URL", database.ConnectionString), ("WORKER_ONLY", "true")];
        await using var one = await ServedProcess.StartAsync(worker);
        await using var two = await ServedProcess.StartAsync(worker);
        using var client = one.Client();
        using var page = await client.GetAsync(new Uri("/", UriKind.Relative), Token);
        using var search = await client.GetAsync(new Uri("/api/search?q=kidneys", UriKind.Relative), Token);
        using var talks = new TestFolder();
        await QueuedTalks.QueueAsync(database, talks, Talks, Token);
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'") > 0, TimeSpan.FromMinutes(1));
        var exitCode = await one.TerminateAsync();
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'") == Talks, TimeSpan.FromMinutes(1));
        using var other = two.Client();
        var health = await other.JsonAsync("/health");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (page.StatusCode, search.StatusCode));
        Assert.Equal(0, exitCode);
        Assert.True(health.GetProperty("ingestion_enabled").GetBoolean());
        Assert.Equal(Talks, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE version = 1 AND lease_owner IS NULL"));
        Assert.Equal(Talks * QueuedTalks.Lines, await database.ScalarAsync<long>("SELECT count(*) FROM segments"));
    }

    [Theory]
    [InlineData("API_ONLY_MODE", "API_ONLY_MODE is true")]
    [InlineData("INCREMENTAL_ONLY", "INCREMENTAL_ONLY is true")]
    public async Task One_that_may_not_take_all_does_not_start(string variable, string reason)
    {
        var run = await ProgramRun.RunAsync(["serve"], ("WORKER_ONLY", "true"), (variable, "true"));

        Assert.Equal((1, $"WORKER_ONLY is true and {reason}: a machine that only works takes whatever is queued. Set one of the two."), (run.ExitCode, run.Errors));
    }
}
