using System.Collections.Concurrent;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Embedding.Switching;

public sealed class ModelSwitchTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestFolder _talks = new();
    private readonly GatedEngine _engine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("TEST_DATABASE_URL") is { Length: > 0 }) await database.ClearAsync();
    }

    [Fact]
    public async Task Another_model_is_filled_beside_the_old_one_and_takes_over_when_it_has_every_passage()
    {
        await using var process = await ProcessWithTalksAsync();
        var before = await LegAsync(process);

        var said = await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var meanwhile = (await StandingsAsync(process), await LegAsync(process));
        var outcome = await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal("other letters is wanted: every passage is embedded with it in the background, and search goes on with letters until that is done.", said);
        Assert.Equal((LegState.Ok, LegState.Ok), (before.State, meanwhile.Item2.State));
        Assert.Equal("letters active 3/3, other letters wanted 0/3", meanwhile.Item1);
        Assert.Equal(SwitchOutcome.Done, outcome);
        Assert.Equal("other letters active 3/3, letters previous 3/3", await StandingsAsync(process));
        Assert.Equal(LegState.Ok, (await LegAsync(process)).State);
    }

    [Fact]
    public async Task What_comes_in_meanwhile_is_searched_with_the_old_model_and_filled_before_the_new_one_takes_over()
    {
        await using var process = await ProcessWithTalksAsync();
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var first = true;
        _engine.Embedder.Before = async _ =>
        {
            if (!first) return;
            first = false;
            await process.ImportAsync(_talks.WriteSrt("late.srt", "This came while the others were embedded."), Token);
        };

        await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal("other letters active 4/4, letters previous 4/4", await StandingsAsync(process));
    }

    [Fact]
    public async Task A_rollback_is_at_once_and_what_came_since_is_filled()
    {
        await using var process = await ProcessWithTalksAsync();
        await SwitchAsync(process);
        await process.ImportAsync(_talks.WriteSrt("since.srt", "This came after the switch."), Token);

        var said = await process.Get<ModelChoice>().RollBackAsync(Token);
        var rolledBack = await StandingsAsync(process);
        await process.Get<VectorUpkeep>().FillAsync(Token);

        Assert.Equal("letters is in use again.", said);
        Assert.Equal("letters active 3/4, other letters previous 4/4", rolledBack);
        Assert.Equal("letters active 4/4, other letters previous 4/4", await StandingsAsync(process));
    }

    [Fact]
    public async Task A_failure_is_counted_and_shown_and_leaves_what_is_done_and_search_as_they_were()
    {
        await using var process = await ProcessWithTalksAsync();
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        _engine.Embedder.Before = _ => throw new ModelException("The endpoint is tired.");

        var first = await process.Get<ModelSwitch>().RunAsync(null, Token);
        var second = await process.Get<ModelSwitch>().RunAsync(null, Token);
        var failed = (await process.Get<ModelOverview>().ListAsync(Token)).Single(model => model.Standing == ModelStanding.Wanted);
        var leg = await LegAsync(process);
        _engine.Embedder.Before = _ => Task.CompletedTask;
        var third = await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal((SwitchOutcome.Failed, SwitchOutcome.Failed, SwitchOutcome.Done), (first, second, third));
        Assert.Equal((2, "The endpoint is tired."), (failed.Failures, failed.LastError));
        Assert.Equal(LegState.Ok, leg.State);
        Assert.All(await process.Get<ModelOverview>().ListAsync(Token), model => Assert.Equal((0, null), (model.Failures, model.LastError)));
    }

    [Fact]
    public async Task Two_processes_do_not_embed_the_same_and_the_active_models_name_ends_the_wish()
    {
        await using var process = await ProcessWithTalksAsync();
        await using var other = new IngestionProcess(database, engine: new GatedEngine());
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var elsewhere = SwitchOutcome.Nothing;
        _engine.Embedder.Before = async token =>
        {
            elsewhere = await other.Get<ModelSwitch>().RunAsync(null, token);
            await other.Get<ModelChoice>().UseAsync("letters", token);
        };

        var outcome = await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal((SwitchOutcome.Elsewhere, SwitchOutcome.Nothing), (elsewhere, outcome));
        Assert.StartsWith("letters active 3/3", await StandingsAsync(process), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_third_model_takes_the_first_ones_vectors_away()
    {
        await using var process = await ProcessWithTalksAsync();
        await SwitchAsync(process);
        var third = new GatedEngine();
        await database.ScalarAsync<object>("UPDATE embedding_models SET name = 'older letters' WHERE engine = 'gated'");
        await using var next = new IngestionProcess(database, engine: third);
        await next.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);

        await next.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal("other letters active 3/3, older letters previous 3/3", await StandingsAsync(next));
    }

    [Fact]
    public async Task The_index_of_the_new_model_is_built_before_it_takes_over()
    {
        await using var process = await ProcessWithTalksAsync();
        await database.ScalarAsync<object>("""
            INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment)
                SELECT min(id), i, i, i + 1, 'words ' || i, 0, 0 FROM sources, generate_series(10, 5009) AS i GROUP BY i;
            CREATE TABLE seen (indexed boolean);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN INSERT INTO seen VALUES (to_regclass('ix_passage_embeddings_hnsw_' || NEW.id) IS NOT NULL); RETURN NULL; END$$;
            CREATE TRIGGER see AFTER UPDATE ON embedding_models FOR EACH ROW WHEN (NEW.active AND NOT OLD.active) EXECUTE FUNCTION see();
            """);

        await SwitchAsync(process);
        var indexed = await database.ScalarAsync<bool>("SELECT bool_and(indexed) FROM seen");
        await database.ScalarAsync<object>("DROP TRIGGER see ON embedding_models; DROP FUNCTION see; DROP TABLE seen");

        Assert.True(indexed);
        Assert.StartsWith("other letters active 5003/5003", await StandingsAsync(process), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_tries_again_and_waits_twice_as_long_after_each_failure()
    {
        await using var process = await ProcessWithTalksAsync();
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var time = new FakeTimeProvider();
        ConcurrentQueue<DateTimeOffset> tries = [];
        _engine.Embedder.Before = _ =>
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
    public async Task A_process_without_the_active_model_says_so_and_counts_what_it_cannot_embed()
    {
        await using var process = await ProcessWithTalksAsync();
        await SwitchAsync(process);
        await using var without = new IngestionProcess(database, engine: new GatedEngine { Here = false });

        var leg = await LegAsync(without);
        var report = await without.ImportAsync(_talks.WriteSrt("more.srt", "This is found by its words."), Token);
        var active = (await without.Get<ModelOverview>().ListAsync(Token)).Single(model => model.Standing == ModelStanding.Active && model.Kind == ModelKind.Embedding);

        Assert.Equal((LegState.Failed, "passages are embedded with other letters, which this process does not have"), (leg.State, leg.Reason));
        Assert.Equal(1, report.Counts.Done);
        Assert.Equal((3, 4, "other letters was taken away."), (active.Embedded, active.Passages, active.LastError));
        Assert.True(active.Failures > 0);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_in_one_sentence()
    {
        await using var process = await ProcessWithTalksAsync();
        await using var serving = new IngestionProcess(database, mode: RunMode.ApiOnly);
        _engine.Here = false;

        async Task<string> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAnyAsync<IngestionException>(act)).Message;

        Assert.Equal("This program knows no embedding model nonsense; 'drchaffee models' lists them.", await RefusalAsync(() => process.Get<ModelChoice>().UseAsync("nonsense", Token)));
        Assert.Equal("other letters was taken away.", await RefusalAsync(() => process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token)));
        Assert.Equal("There is no model to return to: the active one is the first.", await RefusalAsync(() => process.Get<ModelChoice>().RollBackAsync(Token)));
        Assert.StartsWith("This machine only serves the library", await RefusalAsync(() => serving.Get<ModelChoice>().UseAsync("letters", Token)), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _talks.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IngestionProcess> ProcessWithTalksAsync()
    {
        var process = new IngestionProcess(database, engine: _engine);
        foreach (var name in (string[])["one", "two", "three"]) _talks.WriteSrt($"{name}.srt", $"This is talk {name} about salt and blood pressure.");
        await process.ImportAsync(_talks.Path, Token);
        return process;
    }

    private static async Task SwitchAsync(IngestionProcess process)
    {
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        Assert.Equal(SwitchOutcome.Done, await process.Get<ModelSwitch>().RunAsync(null, Token));
    }

    /// <summary>The models that the library holds vectors of, as <c>name standing embedded/passages</c>.</summary>
    private static async Task<string> StandingsAsync(IngestionProcess process) => string.Join(", ", (await process.Get<ModelOverview>().ListAsync(Token))
        .Where(model => model.Embedded is not null).Select(model => $"{model.Name} {model.Standing.ToString().ToLowerInvariant()} {model.Embedded}/{model.Passages}"));

    private static async Task<LegReport> LegAsync(IngestionProcess process) =>
        (await process.Get<HybridSearch>().FindAsync(new SearchRequest("salt pressure") { Mode = SearchMode.Semantic }, Token)).Legs.Single(leg => leg.Name == LegReport.Meaning);
}
