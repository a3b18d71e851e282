using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts;
using DrChaffee.Ingestion.Alerts.Checks;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>What is told of hosts that refuse and of a full disk.</summary>
public sealed class PlaceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_host_that_has_refused_for_a_day_is_told_of_and_then_that_it_answers()
    {
        await using var process = await StartAsync();
        await database.ScalarAsync<object>("INSERT INTO host_circuits (host, failures, open_until, reason) VALUES ('www.example.org', 4, now() + interval '3 days', 'It asks who is there.'), ('*', 0, 'infinity', 'An admin paused everything.')");

        await process.LookAsync();
        var early = await database.ToldAsync();
        _time.Advance(TimeSpan.FromHours(25));
        await process.LookAsync();
        await process.LookAsync();
        var told = (await database.ToldAsync(), await database.LastTextAsync());
        await database.ScalarAsync<object>("UPDATE host_circuits SET open_until = now()");
        await process.LookAsync();
        var over = await database.ToldAsync();
        _time.Advance(AlertWatch.Rest);
        await database.ScalarAsync<object>("DELETE FROM host_circuits WHERE host = 'www.example.org'");
        await process.LookAsync();
        await process.LookAsync();

        Assert.Empty(early);
        Assert.Equal(["www.example.org refuses this machine"], told.Item1);
        Assert.Equal("www.example.org has answered nothing for 25 hours, and is left alone for now: It asks who is there. See Failures on the dashboard.", told.Item2);
        Assert.Single(over); // its time is over, and nobody has asked it
        Assert.Equal(["www.example.org refuses this machine", "www.example.org answers again"], await database.ToldAsync());
    }

    [Fact]
    public async Task A_full_disk_is_told_of_once_and_that_it_has_room_only_when_there_is_enough_of_it()
    {
        await using var process = await StartAsync();
        var free = 0L;
        var check = new DiskCheck(() => [new DiskRoom(["data"], "/", 100, 100, Full: false), new DiskRoom(["audio"], "/audio", 100_000_000_000, free, Full: free < 500_000_000)]);

        foreach (var megabytes in new[] { 2_000, 499, 510, 400, 999, 1_000, 5_000 })
        {
            free = megabytes * 1_000_000L;
            await process.LookAsync(check);
            _time.Advance(AlertWatch.Rest);
        }

        Assert.Equal([$"The disk of {Environment.MachineName} is full", $"The disk of {Environment.MachineName} has room again"], await database.ToldAsync());
        Assert.Equal("1000 MB are free on /audio, and recordings are fetched again.", await database.LastTextAsync());
    }

    private async Task<AlertProcess> StartAsync()
    {
        var process = new AlertProcess(database, _time, new AlertSettings { Webhook = new Uri("http://127.0.0.1:1/") });
        await database.ClearAsync();
        await database.ForgetAlertsAsync();
        return process;
    }
}
