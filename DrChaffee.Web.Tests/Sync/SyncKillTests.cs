using DrChaffee.Domain.Sync;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Sync;

public sealed class SyncKillTests(TwoLibraries libraries) : IClassFixture<TwoLibraries>
{
    [Fact]
    public async Task Ended_at_any_statement_and_begun_again_it_ends_the_same_and_does_nothing_twice()
    {
        await libraries.StartInStepAsync(90);
        var random = new Random(7);
        var edits = new RandomEdits(random, "local");
        var most = 60;
        for (var kill = 0; kill < 20; kill++)
        {
            await edits.MakeAsync(libraries.Local, 30);
            await TwoLibraries.RunAsync(libraries.Production, "CREATE TABLE IF NOT EXISTS versions (key text, version bigint); TRUNCATE versions; INSERT INTO versions SELECT key, version FROM sources");
            var (left, steps) = (random.Next(1, most), 0);

            var killed = await Record.ExceptionAsync(() => libraries.ThereAsync(step: () =>
            {
                if (++steps == left) throw new InvalidOperationException("killed");
            }));
            var report = await libraries.ThereAsync();

            if (killed is null) most = Math.Max(2, steps);
            Assert.True(report.Agrees, $"seed 7, kill {kill} at {left}");
            Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
            Assert.Equal(0L, await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM sources s JOIN versions v USING (key) WHERE s.version > v.version + 1"));
        }
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_told_in_one_sentence_and_the_repeat_goes_on()
    {
        await libraries.StartAsync(80);
        var steps = 0;

        var broken = await Assert.ThrowsAsync<SyncException>(() => libraries.ThereAsync(step: () =>
        {
            if (++steps == 30) libraries.Production.ScalarAsync<object>("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'drchaffee sync'").GetAwaiter().GetResult();
        }));
        var taken = await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM sources");
        var report = await libraries.ThereAsync();

        Assert.EndsWith("run it again: it goes on where it stopped.", broken.Message, StringComparison.Ordinal);
        Assert.Equal((64L, 16), (taken, report.Recordings.Added));
        Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
    }

    [Fact]
    public async Task Killed_with_kill_9_the_command_goes_on_when_it_is_run_again()
    {
        await libraries.StartAsync(1_500);
        string[] command = ["sync", "--from", libraries.Local.ConnectionString, "--to", libraries.Production.ConnectionString];
        using (var process = ProgramRun.Start(command))
        {
            await Poll.UntilAsync(async () => process.HasExited || await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM sources") > 0);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var taken = await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM sources");
        await Poll.UntilAsync(async () => await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'drchaffee sync'") == 0);
        var again = await ProgramRun.RunAsync([.. command, "--json"]);

        Assert.InRange(taken, 1, 1_499);
        Assert.Equal((0, ""), (again.ExitCode, again.Errors));
        Assert.Contains($"\"added\": {1_500 - taken}", again.Output, StringComparison.Ordinal);
        Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
    }
}
