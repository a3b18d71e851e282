using System.Collections.Concurrent;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Embedding.Switching;

public sealed class ModelSwitchFailureTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TalksToSwitch _talks = new(database);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_is_counted_and_shown_and_leaves_what_is_done_and_search_as_they_were()
    {
        await using var process = await _talks.ProcessAsync();
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        _talks.Engine.Embedder.Before = _ => throw new ModelException("The endpoint is tired.");

        var first = await process.Get<ModelSwitch>().RunAsync(null, Token);
        var second = await process.Get<ModelSwitch>().RunAsync(null, Token);
        var failed = (await process.Get<ModelOverview>().ListAsync(Token)).Single(model => model.Standing == ModelStanding.Wanted);
        var leg = await TalksToSwitch.LegAsync(process);
        _talks.Engine.Embedder.Before = _ => Task.CompletedTask;
        var third = await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal((SwitchOutcome.Failed, SwitchOutcome.Failed, SwitchOutcome.Done), (first, second, third));
        Assert.Equal((2, "The endpoint is tired."), (failed.Failures, failed.LastError));
        Assert.Equal(LegState.Ok, leg.State);
        Assert.All(await process.Get<ModelOverview>().ListAsync(Token), model => Assert.Equal((0, null), (model.Failures, model.LastError)));
    }

    [Fact]
    public async Task The_server_tries_again_and_waits_twice_as_long_after_each_failure()
    {
        await using var process = await _talks.ProcessAsync();
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var time = new FakeTimeProvider();
        ConcurrentQueue<DateTimeOffset> tries = [];
        _talks.Engine.Embedder.Before = _ =>
        {
            tries.Enqueue(time.GetUtcNow());
            throw new ModelException("The endpoint is tired.");
        };
        using var worker = new ModelSwitchWorker(process.Get<ModelSwitch>(), process.Get<ModelRows>(), process.Get<ChaffeeSettings>(), time, NullLogger<ModelSwitchWorker>.Instance);

        await worker.StartAsync(Token);
        await Poll.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(tries.Count == 3);
        });
        await worker.StopAsync(Token);
        DateTimeOffset[] tried = [.. tries];

        Assert.True(tried[1] - tried[0] >= TimeSpan.FromSeconds(5));
        Assert.True(tried[2] - tried[1] >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_the_database_refuses_is_counted_and_shown_too()
    {
        await using var process = await _talks.ProcessAsync();
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        await database.ScalarAsync<object>("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END$$;
            CREATE TRIGGER refuse BEFORE INSERT ON passage_embeddings FOR EACH ROW EXECUTE FUNCTION refuse();
            """);

        var outcome = await process.Get<ModelSwitch>().RunAsync(null, Token);
        await database.ScalarAsync<object>("DROP TRIGGER refuse ON passage_embeddings; DROP FUNCTION refuse");
        var failed = (await process.Get<ModelOverview>().ListAsync(Token)).Single(model => model.Standing == ModelStanding.Wanted);

        Assert.Equal((SwitchOutcome.Failed, 1), (outcome, failed.Failures));
        Assert.Contains("the disk is full", failed.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_vectors_no_index_takes_is_refused()
    {
        await using var process = await _talks.ProcessAsync();
        _talks.Engine.Embedder.Dimensions = 4_001;

        var refusal = await Assert.ThrowsAsync<ModelException>(() => process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token));

        Assert.Equal("other letters gives vectors of 4001 numbers, and the database indexes no more than 4000; choose a smaller model.", refusal.Message);
    }

    [Fact]
    public async Task A_model_that_was_removed_meanwhile_is_not_activated_and_the_active_one_stays()
    {
        await using var process = await _talks.ProcessAsync();
        const int gone = 1_000_000;

        await Assert.ThrowsAsync<ModelException>(() => process.Get<ModelRows>().ActivateAsync(gone, null, Token));
        await Assert.ThrowsAsync<ModelException>(() => process.Get<ModelRows>().WantAsync(gone, Token));

        Assert.Equal("letters active 3/3", await TalksToSwitch.StandingsAsync(process));
    }

    [Fact]
    public async Task A_process_without_the_active_model_says_so_and_counts_what_it_cannot_embed()
    {
        await using var process = await _talks.ProcessAsync();
        await TalksToSwitch.SwitchAsync(process);
        await using var without = new IngestionProcess(database, engine: new GatedEngine { Here = false });

        var leg = await TalksToSwitch.LegAsync(without);
        var report = await without.ImportAsync(_talks.Folder.WriteSrt("more.srt", "This is found by its words."), Token);
        var active = (await without.Get<ModelOverview>().ListAsync(Token)).Single(model => model.Standing == ModelStanding.Active && model.Kind == ModelKind.Embedding);

        Assert.Equal((LegState.Failed, "passages are embedded with other letters, which this process does not have"), (leg.State, leg.Reason));
        Assert.Equal(1, report.Counts.Done);
        Assert.Equal((3, 4, "other letters was taken away."), (active.Embedded, active.Passages, active.LastError));
        Assert.True(active.Failures > 0);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_in_one_sentence()
    {
        await using var process = await _talks.ProcessAsync();
        await using var serving = new IngestionProcess(database, mode: RunMode.ApiOnly);
        _talks.Engine.Here = false;

        async Task<string> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAnyAsync<IngestionException>(act)).Message;

        Assert.Equal("This program knows no embedding model nonsense; 'drchaffee models' lists them.", await RefusalAsync(() => process.Get<ModelChoice>().UseAsync("nonsense", Token)));
        Assert.Equal("other letters was taken away.", await RefusalAsync(() => process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token)));
        Assert.Equal("There is no model to return to: the active one is the first.", await RefusalAsync(() => process.Get<ModelChoice>().RollBackAsync(Token)));
        Assert.StartsWith("This machine only serves the library", await RefusalAsync(() => serving.Get<ModelChoice>().UseAsync("letters", Token)), StringComparison.Ordinal);
    }

    public void Dispose() => _talks.Dispose();
}
