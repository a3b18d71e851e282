using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Sync;

/// <summary>Every change below a recording raises its version, by whatever hand.</summary>
public sealed class ChangeCaptureTests(TwoLibraries libraries) : IClassFixture<TwoLibraries>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE segments SET text = 'x' WHERE source_id = 1 AND ordinal < 3", "2 1")]
    [InlineData("DELETE FROM segments WHERE source_id = 2", "1 2")]
    [InlineData("INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, times_estimated, engine_id) VALUES (1, 99, 0, 1, 'x', false, 1)", "2 1")]
    [InlineData("UPDATE segments SET speaker_id = 1", "2 2")]
    [InlineData("UPDATE passages SET text = 'x' WHERE source_id = 1", "2 1")]
    [InlineData("UPDATE passage_embeddings SET embedding = embedding WHERE passage_id = 1", "2 1")]
    [InlineData("UPDATE sources SET title = 'x' WHERE id = 2", "1 2")]
    [InlineData("UPDATE sources SET lease_owner = 'x'", "1 1")]
    [InlineData("UPDATE speakers SET name = 'x' WHERE source_id = 1", "2 1")]
    [InlineData("UPDATE channels SET title = 'x'", "2 2")]
    [InlineData("BEGIN; SELECT set_config('drchaffee.raises_versions', 'on', true); UPDATE segments SET text = 'x'; COMMIT", "1 1")]
    [InlineData("SET session_replication_role = replica; UPDATE segments SET text = 'x'", "1 1")]
    public async Task A_change_raises_the_version_of_its_recording_once(string sql, string versions)
    {
        await libraries.StartAsync(2);

        await TwoLibraries.RunAsync(libraries.Local, sql);

        Assert.Equal(versions, await libraries.Local.ScalarAsync<string>("SELECT string_agg(version::text, ' ' ORDER BY id) FROM sources"));
        Assert.Equal(versions.Count(c => c == '2'), await libraries.Local.ScalarAsync<long>("SELECT count(*) - 2 FROM sync_changes"));
    }

    [Fact]
    public async Task What_is_imported_has_the_version_1_and_one_change()
    {
        await libraries.StartAsync(0);
        await using var process = new IngestionProcess(libraries.Local);
        using var talks = new TestFolder();
        var talk = talks.WriteSrt("A talk.srt", "Salt binds water.", "Water leaves with it.");

        await process.ImportAsync(talk, Token);

        Assert.Equal("1 1", await libraries.Local.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT max(version) FROM sources), (SELECT count(*) FROM sync_changes))"));
    }
}
