using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Schedule;

/// <summary>The program is told to stop while a job is about to be fired.</summary>
public sealed class StopTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task It_stops_although_the_database_is_away()
    {
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var line = new CutLine(server.Port);
        server.Port = line.Address.Port;
        await using var program = await ServedProcess.StartAsync(("DATABASE_URL", server.ConnectionString), ("SHUTDOWNTIMEOUTSECONDS", "3"));
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM qrtz_triggers WHERE job_name = 'statistics'") > 0, TimeSpan.FromMinutes(1));
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(45).UtcTicks;
        await database.ScalarAsync<object>($"UPDATE qrtz_triggers SET next_fire_time = {soon} WHERE job_name = 'statistics' AND trigger_state = 'WAITING'");
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM qrtz_fired_triggers WHERE state = 'ACQUIRED'") > 0, TimeSpan.FromMinutes(2));

        line.Cut();
        var exitCode = await program.TerminateAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains("The schedule could not be ended in order.", program.Log, StringComparison.Ordinal);
    }
}
