using System.Text.Json;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Ingestion.Import;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DrChaffee.Web.Tests.Scale;

/// <summary>A web process with a streaming replica beside its database.</summary>
public sealed class ReplicaTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_falls_behind_is_left_out_and_what_is_new_is_found_all_the_same_and_it_is_asked_again_when_it_has_caught_up()
    {
        var reasons = new List<string>();
        await using var server = await PostgresServer.TryStartAsync(reasons.Add, Token);
        Assert.SkipWhen(server is null, string.Join(' ', reasons));
        await using var database = TestDatabase.On(server!.ConnectionString);
        await database.InitializeAsync();
        await using var standby = await server.StandbyAsync(Token);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        await using var app = new EmptyApp
        {
            Variables = [("DATABASE_URL", server.Url(name)), ("DATABASE_REPLICA_URLS", $"{standby.Url(name)},{standby.Url("no_such_database")}"), ("REPLICA_MAX_LAG", "1")],
        };
        await app.InitializeAsync();
        using var client = app.Client();
        using var talks = new TestFolder();
        await Poll.UntilAsync(async () => (await ReplicasAsync(client))[0].Status == "ok");
        await ImportAsync(app, talks.WriteSrt("first.srt", "Kidneys like water more than anything else."));
        await Poll.UntilAsync(async () => await FoundAsync(client, "kidneys") == 1);

        await ReplayAsync(standby, "SELECT pg_wal_replay_pause()");
        await ImportAsync(app, talks.WriteSrt("second.srt", "Magnesium helps against cramps in the night."));
        await Poll.UntilAsync(async () => (await ReplicasAsync(client))[0] is { Status: "degraded", Message: var told } && told.Contains("behind", StringComparison.Ordinal));
        await Poll.UntilAsync(async () => await FoundAsync(client, "magnesium") == 1);

        await ReplayAsync(standby, "SELECT pg_wal_replay_resume()");
        await Poll.UntilAsync(async () => (await ReplicasAsync(client))[0].Status == "ok");
        Assert.Equal((1, 1), (await FoundAsync(client, "kidneys"), await FoundAsync(client, "magnesium")));
        Assert.Equal(("degraded", "The replica is left out: it does not answer."), (await ReplicasAsync(client))[1]);
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task An_address_that_cannot_be_read_stops_the_start_with_every_fault()
    {
        var run = await ProgramRun.RunAsync(["doctor"], ("DATABASE_REPLICA_URLS", "postgresql://a:secret@one:0/x, postgresql://two/x"), ("REPLICA_MAX_LAG", "never"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("DATABASE_REPLICA_URLS cannot be read (the port is not a number from 1 to 65535)", run.Errors, StringComparison.Ordinal);
        Assert.Contains("REPLICA_MAX_LAG is 'never'; write a number from 1 to 86400.", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Errors, StringComparison.Ordinal);
    }

    private static Task<IngestionReport> ImportAsync(EmptyApp app, string file) => app.Services.GetRequiredService<TranscriptImporter>().ImportAsync([file], observer: null, Token);

    private static async Task<int> FoundAsync(HttpClient client, string word) => (await client.JsonAsync($"/api/search?q={word}&mode=keyword")).GetProperty("total").GetInt32();

    private static async Task<List<(string Status, string Message)>> ReplicasAsync(HttpClient client) => [.. (await client.JsonAsync("/health")).GetProperty("checks").EnumerateArray()
        .Where(check => check.GetProperty("name").GetString()!.StartsWith("replica ", StringComparison.Ordinal)).Select(check => (Text(check, "status"), Text(check, "message")))];

    private static string Text(JsonElement check, string name) => check.GetProperty(name).GetString()!;

    private static async Task ReplayAsync(PostgresServer standby, string sql)
    {
        await using var connection = new NpgsqlConnection(standby.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
