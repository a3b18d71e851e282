using System.Text.Json;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Pipeline;

/// <summary>The real program, started as an operator starts it.</summary>
public sealed class SoakTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_random_while_PostgreSQL_falls_over_every_recording_is_done_exactly_once()
    {
        await using var server = await PostgresServer.TryStartAsync(Tell, Token);
        await using var scratch = await ScratchDatabase.CreateAsync(new ChaffeeSettings { ConnectionString = server?.ConnectionString ?? database.ConnectionString }, Token);

        var report = await new SoakRun(scratch.ConnectionString, server, Tell).RunAsync(recordings: 24, kills: 3, breaks: 1, seed: 5, Token);

        Assert.Empty(report.Faults);
        Assert.Equal((3, server is null ? 0 : 1, server is null ? 1 : 0), (report.Kills, report.ServerRestarts, report.ConnectionCuts));
    }

    [Fact]
    public async Task Two_processes_share_the_work_of_one_database()
    {
        await using var process = new IngestionProcess(database);
        await database.ClearAsync();
        using var talks = new TestFolder();
        using var data = new TestFolder();
        for (var i = 0; i < 40; i++)
        {
            talks.WriteWav($"talk{i}.wav", seconds: 0.5, hertz: 200 + i);
            talks.WriteSrt($"talk{i}.srt", $"This is talk number {i}.");
        }

        await process.Get<SourceSteering>().PauseAllAsync(Token); // until both are ready
        var running = Enumerable.Range(0, 2).Select(_ => ProgramRun.RunAsync(["ingest", "--source", "folder", "--channel", talks.Path, "--json"], ("DATABASE_URL", database.ConnectionString), ("DATA_DIR", data.Path))).ToList();
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM ingestion_events WHERE kind = 'run_started'") == 2 && await database.ScalarAsync<long>("SELECT count(*) FROM sources") == 40);
        await process.Get<SourceSteering>().ResumeAllAsync(Token);
        var ended = await Task.WhenAll(running);

        int[] done = [.. ended.Select(run => JsonDocument.Parse(run.Output).RootElement.GetProperty("done").GetInt32())];
        Assert.All(done, count => Assert.InRange(count, 1, 39));
        Assert.Equal(40, done.Sum());
        Assert.Equal(40, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done' AND version = 1 AND lease_owner IS NULL"));
        Assert.Equal(40, await database.ScalarAsync<long>("SELECT count(*) FROM segments"));
        Assert.Equal(40, await database.ScalarAsync<long>("SELECT count(*) FROM ingestion_events WHERE kind = 'stage_started' AND stage = 'store'"));
    }

    private static void Tell(string line) => TestContext.Current.SendDiagnosticMessage(line);
}
