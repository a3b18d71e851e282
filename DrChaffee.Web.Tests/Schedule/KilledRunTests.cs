using System.Diagnostics;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Schedule;

/// <summary>The real program as a server, killed in the middle of the nightly run.</summary>
public sealed class KilledRunTests
{
    private const int Talks = 40;
    private const int LinesATalk = 60;

    /// <summary>A process is missed when it has been silent for half a minute, and its leases last as long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)] // another process of the cluster is there already
    [InlineData(false)] // the only process comes back
    public async Task A_nightly_run_whose_process_is_killed_is_begun_again_once(bool another)
    {
        await using var app = new EmptyApp { Variables = [("INGESTION_SCHEDULE", "0 2 * * *")] };
        await app.InitializeAsync();
        _ = app.Database.ConnectionString; // skips without a server
        await app.Database.UntilScheduledAsync(5);
        await app.EndSchedulerAsync();
        using var talks = await SubscribeAsync(app.Database);
        using var data = new TestFolder();
        await app.Database.ScalarAsync<object>($"UPDATE qrtz_triggers SET next_fire_time = {TimeProvider.System.GetUtcNow().AddDays(-1).UtcTicks} WHERE trigger_name = 'ingest'");

        var steering = app.Services.GetRequiredService<SourceSteering>();
        await steering.PauseAllAsync(Token); // until everybody is ready
        using var killed = Start(app.Database, data);
        Process? heir = null;
        try
        {
            await Poll.UntilAsync(async () => await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources") == Talks, Patience);
            if (another) heir = await StartBesideAsync(app.Database, data);
            await steering.ResumeAllAsync(Token);
            await Poll.UntilAsync(async () => await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'") > 0, Patience);
            await KillAsync(killed);
            var (done, unfinished) = (await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'"), await app.Database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'ingest' AND finished_at IS NULL"));
            heir ??= Start(app.Database, data);
            await Poll.UntilAsync(async () => await app.Database.ScalarAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'ingest' AND outcome IS NOT NULL") > 0, Patience);
            var (_, runs) = await app.Services.GetRequiredService<JobHistory>().ListAsync("ingest", take: 10, skip: 0, Token);

            Assert.InRange(done, 1, Talks - 1);
            Assert.Equal(1, unfinished);
            Assert.Equal([RunOutcome.Done, RunOutcome.CutOff], runs.Select(run => run.Outcome));
            Assert.NotEqual(runs[0].Process, runs[1].Process);
            Assert.Equal(Talks, await app.Database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done' AND version = 1 AND lease_owner IS NULL"));
            Assert.Equal(Talks * LinesATalk, await app.Database.ScalarAsync<long>("SELECT count(*) FROM segments"));
        }
        finally
        {
            await KillAsync(killed);
            if (heir is not null) await KillAsync(heir);
            heir?.Dispose();
        }
    }

    private static async Task<TestFolder> SubscribeAsync(TestDatabase database)
    {
        var talks = new TestFolder();
        for (var i = 0; i < Talks; i++)
        {
            talks.WriteWav($"talk {i}.wav", 125, 300 + 10 * i); // no short
            talks.WriteSrt($"talk {i}.srt", [.. Enumerable.Range(0, LinesATalk).Select(n => $"Sentence {n} of talk {i} is about the kidneys and the blood.")]);
        }

        await using var db = await database.OpenAsync();
        db.Channels.Add(new Channel { Kind = "folder", Address = talks.Path, Title = "talks", RescanEvery = TimeSpan.FromDays(1), CheckedAt = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync(Token);
        return talks;
    }

    private static async Task<Process> StartBesideAsync(TestDatabase database, TestFolder data)
    {
        var before = await database.ScalarAsync<string>("SELECT string_agg(instance_name, ',') FROM qrtz_scheduler_state");
        var process = Start(database, data);
        // Their number may stay the same: the entry of one that has ended goes meanwhile.
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>($"SELECT count(*) FROM qrtz_scheduler_state WHERE instance_name <> ALL (string_to_array('{before}', ','))") > 0, Patience);
        return process;
    }

    private static Process Start(TestDatabase database, TestFolder data)
    {
        var process = ProgramRun.Start(["serve", "--urls=http://127.0.0.1:0"],
            ("DATABASE_URL", database.ConnectionString), ("INGESTION_SCHEDULE", "0 2 * * *"), ("INGESTION_LIMIT", "1000"), ("DATA_DIR", data.Path));
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task KillAsync(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }
}
