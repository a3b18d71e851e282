using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Scale;
using DrChaffee.Web.Tests.Web;
using Npgsql;

namespace DrChaffee.Web.Tests.Telemetry;

/// <summary>Each in a process of its own, since all that is measured in one process is added up.</summary>
public sealed class MetricsTests
{
    private const string Question = "kidneys zebrafinch";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_worker_takes_in_moves_its_figures()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        await using var worker = await ServedProcess.StartAsync(("DATABASE_URL", database.ConnectionString), ("WORKER_ONLY", "true"));
        using var client = worker.Client();
        using var talks = new TestFolder();
        var (before, after) = ("", "");
        await Poll.UntilAsync(async () => (before = await client.MetricsAsync()).Value("drchaffee_segments") is not null);
        await QueuedTalks.QueueAsync(database, talks, 2, Token);

        static double?[] Figures(string metrics) =>
        [
            metrics.Value("drchaffee_recordings", "recording_state=\"done\""), metrics.Value("drchaffee_segments"),
            metrics.Value("drchaffee_queue_recordings", "queue_place=\"ready\""), metrics.Value("drchaffee_ingestion_paused"),
            metrics.Value("drchaffee_ingestion_stage_duration_seconds_count", "ingestion_stage=\"transcribe\"", "ingestion_outcome=\"done\""),
            metrics.Value("drchaffee_ingestion_stage_duration_seconds_count", "ingestion_stage=\"store\"", "ingestion_outcome=\"done\""),
        ];
        await Poll.UntilAsync(async () => Figures(after = await client.MetricsAsync()) is [2, 2 * QueuedTalks.Lines, 0, 0, 2, 2], TimeSpan.FromMinutes(2)); // the library's, the queue's and the stages' grow old each by itself

        Assert.Equal((0, 1), (before.Value("drchaffee_segments"), before.Value("drchaffee_database_reachable")));
        Assert.Null(before.Value("drchaffee_ingestion_stage_duration_seconds_count"));
        Assert.True(after.Value("drchaffee_passages") > 0);
        Assert.True(after.Value("drchaffee_transcription_audio_seconds_total", "transcription_engine=\"captions\"") > 10);
        Assert.Equal((0, 0), (after.Value("drchaffee_recordings_failed", "failure_class=\"gone\""), after.Value("drchaffee_hosts_open")));
    }

    [Fact]
    public async Task What_a_visitor_asks_moves_them_without_being_told_and_a_database_that_goes_away_leaves_them_as_they_were()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        await FillAsync(database);
        await using var server = await ServedProcess.StartAsync(("DATABASE_URL", database.ConnectionString));
        using var client = server.Client();
        var (before, after) = (await client.MetricsAsync(), "");
        await Poll.UntilAsync(async () =>
        {
            await client.JsonAsync($"/api/search?q={Uri.EscapeDataString(Question)}");
            after = await client.MetricsAsync();
            return after.Value("drchaffee_search_leg_duration_seconds_count", "search_leg=\"words\"", "leg_state=\"ok\"") >= 1
                && after.Value("http_server_request_duration_seconds_count", "http_route=\"/api/search\"") >= 1 && after.Value("drchaffee_segments") is not null;
        });
        await DropAsync(database);
        await Poll.UntilAsync(async () => (await client.MetricsAsync()).Value("drchaffee_database_reachable") == 0);
        var away = await client.MetricsAsync();

        Assert.Null(before.Value("drchaffee_search_duration_seconds_count"));
        Assert.True(after.Value("drchaffee_search_duration_seconds_count", "search_mode=\"hybrid\"") >= 1);
        Assert.True(after.Value("drchaffee_search_leg_duration_seconds_count", "search_leg=\"meaning\"") >= 1);
        Assert.True(after.Value("dotnet_process_memory_working_set_bytes") > 10_000_000);
        Assert.True(after.Value("db_client_connection_max", "db_client_connection_pool_name=\"primary\"") > 0);
        Assert.DoesNotContain("zebrafinch", after, StringComparison.Ordinal);
        Assert.DoesNotContain("Host=", after, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(after.Value("drchaffee_segments"), away.Value("drchaffee_segments"));
    }

    [Fact]
    public async Task A_database_that_never_answered_leaves_out_what_only_it_can_tell()
    {
        await using var server = await ServedProcess.StartAsync(("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/nowhere"), ("API_ONLY_MODE", "true"));
        using var client = server.Client();

        var metrics = await client.MetricsAsync();

        Assert.Equal(0, metrics.Value("drchaffee_database_reachable"));
        Assert.Null(metrics.Value("drchaffee_segments"));
        Assert.True(metrics.Value("dotnet_process_memory_working_set_bytes") > 10_000_000);
    }

    private static async Task FillAsync(TestDatabase database)
    {
        using var talks = new TestFolder();
        SampleTalks.Write(talks);
        talks.WriteSrt("kidneys.srt", "The kidneys keep the salt of the blood in balance, day and night.");
        await using var process = new IngestionProcess(database, realEmbedder: true);
        await process.IngestAsync(talks.Path, Token);
        await process.ImportAsync(Path.Combine(talks.Path, "kidneys.srt"), Token);
    }

    private static async Task DropAsync(TestDatabase database)
    {
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var name = server.Database;
        server.Database = "postgres";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(Token);
        await using var drop = new NpgsqlCommand($"DROP DATABASE \"{name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync(Token);
    }
}
