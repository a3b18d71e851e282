namespace DrChaffee.Web.Tests.Sync;

public sealed class VectorTravelTests(TwoLibraries libraries) : IClassFixture<TwoLibraries>
{
    private const string Active = "SELECT name FROM embedding_models WHERE active";

    [Fact]
    public async Task A_library_that_embeds_with_another_engine_keeps_its_model()
    {
        await libraries.StartAsync();
        await TwoLibraries.RunAsync(libraries.Production, """
            INSERT INTO sources (source_type, source_id, key, title, state, stage, attempts, fencing_token, version) VALUES ('file', 'own', 'file-own', 'Own', 'done', 'store', 0, 0, 1);
            INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment) VALUES (1, 0, 0, 1, 'Own.', 0, 0);
            INSERT INTO embedding_models (engine, name, dimensions, active, learned_from, failures) VALUES ('remote', 'large', 2, true, 0, 0);
            INSERT INTO passage_embeddings VALUES (1, 1, '[1,0]')
            """);

        var report = await libraries.ThereAsync();

        Assert.Equal("Vectors stay: here large embeds passages, there eight; this library embeds what is new with its own.", report.Note);
        Assert.DoesNotContain("passage_embeddings", report.Tables.Select(table => table.Table));
        Assert.True(report.Agrees);
        Assert.Equal("large", await libraries.Production.ScalarAsync<string>(Active));
        Assert.Equal(1L, await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM passage_embeddings"));
    }

    [Fact]
    public async Task A_later_model_of_the_same_engine_takes_over()
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Local, """
            UPDATE embedding_models SET active = false;
            INSERT INTO embedding_models (engine, name, dimensions, active, learned_from, library_words, failures) VALUES ('test', 'eight, later', 8, true, 12, '\x01', 0);
            INSERT INTO passage_embeddings (passage_id, model_id, embedding) SELECT passage_id, 2, embedding FROM passage_embeddings
            """);

        var report = await libraries.ThereAsync();

        Assert.True(report.Agrees && report.Verified);
        Assert.Equal("eight, later", await libraries.Production.ScalarAsync<string>(Active));
        Assert.Equal(12L, await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM passage_embeddings e JOIN embedding_models m ON m.id = e.model_id AND m.active AND m.library_words = '\\x01'"));
        Assert.Equal(0, (await libraries.ThereAsync()).Recordings.Changed);
    }
}
