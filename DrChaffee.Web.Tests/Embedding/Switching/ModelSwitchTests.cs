using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Embedding.Switching;

public sealed class ModelSwitchTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TalksToSwitch _talks = new(database);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_model_is_filled_beside_the_old_one_and_takes_over_when_it_has_every_passage()
    {
        await using var process = await _talks.ProcessAsync();
        var before = await TalksToSwitch.LegAsync(process);

        var said = await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var meanwhile = (await TalksToSwitch.StandingsAsync(process), await TalksToSwitch.LegAsync(process));
        var outcome = await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal("other letters is wanted: every passage is embedded with it in the background, and search goes on with letters until that is done.", said);
        Assert.Equal((LegState.Ok, LegState.Ok), (before.State, meanwhile.Item2.State));
        Assert.Equal("letters active 3/3, other letters wanted 0/3", meanwhile.Item1);
        Assert.Equal(SwitchOutcome.Done, outcome);
        Assert.Equal("other letters active 3/3, letters previous 3/3", await TalksToSwitch.StandingsAsync(process));
        Assert.Equal(LegState.Ok, (await TalksToSwitch.LegAsync(process)).State);
    }

    [Fact]
    public async Task What_comes_in_meanwhile_is_searched_with_the_old_model_and_filled_before_the_new_one_takes_over()
    {
        await using var process = await _talks.ProcessAsync();
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var first = true;
        _talks.Engine.Embedder.Before = async _ =>
        {
            if (!first) return;
            first = false;
            await process.ImportAsync(_talks.Folder.WriteSrt("late.srt", "This came while the others were embedded."), Token);
        };

        await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal("other letters active 4/4, letters previous 4/4", await TalksToSwitch.StandingsAsync(process));
    }

    [Fact]
    public async Task A_rollback_is_at_once_and_what_came_since_is_filled()
    {
        await using var process = await _talks.ProcessAsync();
        await TalksToSwitch.SwitchAsync(process);
        await process.ImportAsync(_talks.Folder.WriteSrt("since.srt", "This came after the switch."), Token);

        var said = await process.Get<ModelChoice>().RollBackAsync(Token);
        var rolledBack = await TalksToSwitch.StandingsAsync(process);
        await process.Get<VectorUpkeep>().FillAsync(Token);

        Assert.Equal("letters is in use again.", said);
        Assert.Equal("letters active 3/4, other letters previous 4/4", rolledBack);
        Assert.Equal("letters active 4/4, other letters previous 4/4", await TalksToSwitch.StandingsAsync(process));
    }

    [Fact]
    public async Task Two_processes_do_not_embed_the_same_and_the_active_models_name_ends_the_wish()
    {
        await using var process = await _talks.ProcessAsync();
        await using var other = new IngestionProcess(database, engine: new GatedEngine());
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        var elsewhere = SwitchOutcome.Nothing;
        _talks.Engine.Embedder.Before = async token =>
        {
            elsewhere = await other.Get<ModelSwitch>().RunAsync(null, token);
            await other.Get<ModelChoice>().UseAsync("letters", token);
        };

        var outcome = await process.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal((SwitchOutcome.Elsewhere, SwitchOutcome.Nothing), (elsewhere, outcome));
        Assert.StartsWith("letters active 3/3", await TalksToSwitch.StandingsAsync(process), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_third_model_takes_the_first_ones_vectors_away()
    {
        await using var process = await _talks.ProcessAsync();
        await TalksToSwitch.SwitchAsync(process);
        var third = new GatedEngine();
        await database.ScalarAsync<object>("UPDATE embedding_models SET name = 'older letters' WHERE engine = 'gated'");
        await using var next = new IngestionProcess(database, engine: third);
        await next.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);

        await next.Get<ModelSwitch>().RunAsync(null, Token);

        Assert.Equal("other letters active 3/3, older letters previous 3/3", await TalksToSwitch.StandingsAsync(next));
    }

    [Fact]
    public async Task The_index_of_the_new_model_is_built_before_it_takes_over()
    {
        await using var process = await _talks.ProcessAsync();
        await database.ScalarAsync<object>("""
            INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment)
                SELECT min(id), i, i, i + 1, 'words ' || i, 0, 0 FROM sources, generate_series(10, 5009) AS i GROUP BY i;
            CREATE TABLE seen (indexed boolean);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN INSERT INTO seen VALUES (to_regclass('ix_passage_embeddings_hnsw_' || NEW.id) IS NOT NULL); RETURN NULL; END$$;
            CREATE TRIGGER see AFTER UPDATE ON embedding_models FOR EACH ROW WHEN (NEW.active AND NOT OLD.active) EXECUTE FUNCTION see();
            """);

        await TalksToSwitch.SwitchAsync(process);
        var indexed = await database.ScalarAsync<bool>("SELECT bool_and(indexed) FROM seen");
        await database.ScalarAsync<object>("DROP TRIGGER see ON embedding_models; DROP FUNCTION see; DROP TABLE seen");

        Assert.True(indexed);
        Assert.StartsWith("other letters active 5003/5003", await TalksToSwitch.StandingsAsync(process), StringComparison.Ordinal);
    }

    public void Dispose() => _talks.Dispose();
}
