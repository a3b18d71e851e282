using System.Net;
using System.Net.Sockets;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts;
using DrChaffee.Ingestion.Schedule.Jobs;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>Several processes on one database: each message is sent by one of them, and none is lost.</summary>
public sealed class SharedOutboxTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Night = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Night + TimeSpan.FromHours(1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_that_see_the_same_tell_it_once()
    {
        await using var hook = await HookServer.StartAsync();
        await using var one = await StartAsync(hook.Address);
        await using var other = new AlertProcess(database, _time, new AlertSettings { Webhook = hook.Address });
        AlertProcess[] both = [one, other];

        for (var night = 0; night < 5; night++)
        {
            await database.AddRunAsync(Night.AddDays(night), TimeSpan.FromMinutes(5), JobOutcome.Failed, $"Night {night}.");
            await Task.WhenAll(both.Select(process => process.LookAsync()));
            await Task.WhenAll(both.Select(process => process.DeliverAsync()));
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(5, hook.Requests.Count);
        Assert.Equal(5, hook.Bodies.Distinct().Count());
    }

    [Fact]
    public async Task What_a_process_took_and_did_not_send_before_it_died_another_sends()
    {
        await using var hook = await HookServer.StartAsync();
        await using var dead = await StartAsync(hook.Address);
        await using var alive = new AlertProcess(database, _time, new AlertSettings { Webhook = hook.Address });
        await dead.PutAsync("night");

        var taken = await dead.Get<AlertOutbox>().TakeAsync(["webhook"], key: null, Token);
        await alive.DeliverAsync();
        var early = hook.Requests.Count;
        _time.Advance(AlertOutbox.Lease);
        await alive.DeliverAsync();

        Assert.Equal("night/wrong/0", taken!.Key);
        Assert.Equal(0, early);
        Assert.Contains("\"key\":\"night/wrong/0\"", Assert.Single(hook.Bodies), StringComparison.Ordinal);
        Assert.Equal("sent", await database.StandingAsync());
    }

    [Fact]
    public async Task A_process_that_comes_back_sees_what_was_missed_before_its_schedule_makes_up_for_it()
    {
        await using var hook = await HookServer.StartAsync();
        await using var process = await StartAsync(hook.Address);
        await database.AddRunAsync(Night, TimeSpan.FromMinutes(5), JobOutcome.Done);
        _time.Advance(TimeSpan.FromHours(36));

        await process.Worker.StartAsync(Token);
        var told = await database.ToldAsync();
        await Poll.UntilAsync(async () => await database.StandingAsync() == "sent");
        await process.Worker.StopAsync(Token);

        Assert.Contains("The nightly run did not begin", told);
        Assert.Contains(hook.Bodies, body => body.Contains("did not begin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_keeps_no_process_from_starting()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var process = new AlertProcess(database, _time, new AlertSettings { Webhook = new Uri("http://127.0.0.1:1/") }, options: $";Host=127.0.0.1;Port={port}");

        var starting = process.Worker.StartAsync(Token);
        using var asked = await silent.AcceptTcpClientAsync(Token);
        var waits = !starting.IsCompleted;
        _time.Advance(AlertWorker.FirstLook);
        await starting;
        await process.Worker.StopAsync(Token);

        Assert.True(waits);
    }

    [Fact]
    public async Task What_is_old_is_removed_but_for_the_last_word_about_each_thing()
    {
        await using var process = await StartAsync(new Uri("http://127.0.0.1:1/"));
        await process.PutAsync("night", "first");
        await process.PutAsync("night", "second");
        await process.PutAsync("disk:here", "full");
        _time.Advance(CleanUpJob.RunsKept + TimeSpan.FromHours(1));
        await process.PutAsync("host:x", "first");

        await process.Get<CleanUpJob>().CleanUpAsync(Token);

        Assert.Equal("night/second/0 disk:here/full/0 host:x/first/0", await database.ScalarAsync<string>("SELECT string_agg(key, ' ' ORDER BY id) FROM alerts"));
    }

    [Theory]
    [InlineData(RunMode.ApiOnly, "")]
    [InlineData(RunMode.Production, ";Options=-c default_transaction_read_only=on")]
    public async Task A_machine_that_only_serves_or_only_reads_tells_nothing(RunMode mode, string options)
    {
        await using var hook = await HookServer.StartAsync();
        await using var _ = await StartAsync(hook.Address);
        await using var process = new AlertProcess(database, _time, new AlertSettings { Webhook = hook.Address }, mode, options: options);
        await database.AddRunAsync(Night, TimeSpan.FromMinutes(5), JobOutcome.Failed, "No room.");

        await process.Worker.StartAsync(Token);
        await process.Worker.StopAsync(Token);

        Assert.Empty(await database.ToldAsync());
        Assert.Empty(hook.Requests);
        Assert.DoesNotContain(process.Log.Lines, line => line.Contains("could not be looked at", StringComparison.Ordinal));
    }

    private async Task<AlertProcess> StartAsync(Uri hook)
    {
        var process = new AlertProcess(database, _time, new AlertSettings { Webhook = hook });
        await database.ClearAsync();
        await database.ForgetAlertsAsync();
        return process;
    }
}
