using System.Net;
using DrChaffee.Benchmarks.Hub;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Npgsql;

namespace DrChaffee.Web.Tests.Scale;

/// <summary>All that a library is scaled out by, at once: real processes of the program, a streaming replica, Redis.</summary>
public sealed class ScaledOutTests
{
    private const int Talks = 6;
    private const int Searches = 40;
    private const string Question = "/api/search?q=kidneys+and+blood";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_web_processes_a_replica_Redis_and_two_workers_work_together_and_searches_go_on_when_the_replica_is_lost()
    {
        var reasons = new List<string>();
        await using var server = await PostgresServer.TryStartAsync(reasons.Add, Token);
        Assert.SkipWhen(server is null, string.Join(' ', reasons));
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var database = TestDatabase.On(server!.ConnectionString);
        await database.InitializeAsync();
        await using var standby = await server.StandbyAsync(Token);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        var replica = new NpgsqlConnectionStringBuilder(standby.ConnectionString) { Database = name, ApplicationName = "the test" }.ConnectionString;

        (string, string?)[] web =
        [
            ("DATABASE_URL", server.Url(name)), ("DATABASE_REPLICA_URLS", standby.Url(name)), ("REDIS_URL", redis.Url), ("API_ONLY_MODE", "true"), ("ADMIN_PASSWORD", ChaffeeApp.Password),
        ];
        (string, string?)[] worker = [("DATABASE_URL", server.Url(name)), ("WORKER_ONLY", "true")];
        var processes = await Task.WhenAll(new[] { web, web, worker, worker }.Select(variables => ServedProcess.StartAsync(variables)));
        await using var one = processes[0];
        await using var two = processes[1];
        await using var firstWorker = processes[2];
        await using var secondWorker = processes[3];
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM qrtz_triggers WHERE trigger_name = 'statistics'") == 1);
        var fired = await database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'statistics'");
        await database.ScalarAsync<object>($"UPDATE qrtz_triggers SET next_fire_time = {TimeProvider.System.GetUtcNow().UtcTicks} WHERE trigger_name = 'statistics'");
        await using var hearsOne = await HearAsync(one);
        await using var hearsTwo = await HearAsync(two);

        using var talks = new TestFolder();
        await QueuedTalks.QueueAsync(database, talks, Talks, Token);
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'") == Talks, TimeSpan.FromMinutes(1));
        using var clientOne = one.Client();
        using var clientTwo = two.Client();
        HttpClient[] clients = [clientOne, clientTwo];
        foreach (var client in clients) await Poll.UntilAsync(async () => await FoundAsync(client) > 0 && await CheckAsync(client, "replica") == "ok" && await CheckAsync(client, "redis") == "ok");

        var before = await ScansAsync(replica);
        for (var i = 0; i < Searches; i++) Assert.True(await FoundAsync(clients[i % 2]) > 0);
        await Poll.UntilAsync(async () => await ScansAsync(replica) >= before + Searches); // PostgreSQL counts with a delay
        Assert.True(await ScalarAsync<long>(replica, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'drchaffee'") >= 2);

        var searched = 0;
        using var enough = new CancellationTokenSource();
        var searching = Task.WhenAll(clients.Select(async client =>
        {
            while (!enough.IsCancellationRequested)
            {
                Assert.True(await FoundAsync(client) > 0);
                Interlocked.Increment(ref searched);
            }
        }));
        await Poll.UntilAsync(() => Task.FromResult(Volatile.Read(ref searched) > 20));
        await standby.StopAsync(Token);
        var atStop = Volatile.Read(ref searched);
        await Poll.UntilAsync(() => Task.FromResult(searching.IsFaulted || Volatile.Read(ref searched) > atStop + Searches));
        await enough.CancelAsync();
        await searching; // no search failed
        foreach (var client in clients) await Poll.UntilAsync(async () => await CheckAsync(client, "replica") == "degraded");

        var last = await database.ScalarAsync<long>("SELECT max(id) FROM ingestion_events");
        await Poll.UntilAsync(() => Task.FromResult(new[] { hearsOne, hearsTwo }.All(hears => hears.Heard.Any(heard => heard.Id >= last))));
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'statistics'") > fired, TimeSpan.FromMinutes(1));
        Assert.Equal(fired + 1, await database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'statistics'"));
        Assert.Equal(Talks, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE version = 1 AND lease_owner IS NULL"));
        Assert.Equal(Talks * QueuedTalks.Lines, await database.ScalarAsync<long>("SELECT count(*) FROM segments"));
    }

    private static async Task<HubClient> HearAsync(ServedProcess server)
    {
        CookieContainer? cookies = null;
        await Poll.UntilAsync(async () =>
        {
            try
            {
                cookies = await SignIn.AsAdminAsync(server.Address, ChaffeeApp.Password, Token);
                return true;
            }
            catch (InvalidOperationException)
            {
                return false; // the account is yet to be made
            }
        });
        return await HubClient.ConnectAsync(server.Address, cookies!, Token);
    }

    private static async Task<int> FoundAsync(HttpClient client) => (await client.JsonAsync(Question)).GetProperty("total").GetInt32();

    private static async Task<string?> CheckAsync(HttpClient client, string name) => (await client.JsonAsync("/health")).GetProperty("checks").EnumerateArray()
        .Single(check => check.GetProperty("name").GetString()!.StartsWith(name, StringComparison.Ordinal)).GetProperty("status").GetString();

    /// <summary>How often the passages were looked at there.</summary>
    private static Task<long> ScansAsync(string replica) => ScalarAsync<long>(replica, "SELECT (seq_scan + idx_scan)::bigint FROM pg_stat_user_tables WHERE relname = 'passages'");

    private static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }
}
