using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Merging;

namespace DrChaffee.Web.Tests.Sync;

public sealed class LibrarySyncTests(TwoLibraries libraries) : IClassFixture<TwoLibraries>
{
    [Fact]
    public async Task A_first_sync_makes_the_other_library_the_same()
    {
        await libraries.StartAsync();

        var dry = await libraries.ThereAsync(new SyncOptions(DryRun: true));
        var empty = await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM sources");
        var report = await libraries.ThereAsync();
        var again = await libraries.ThereAsync();

        Assert.Equal((4, 48, 12, 0L), (dry.Recordings.Added, dry.Segments.Added, dry.Passages.Added, empty));
        Assert.Equal((4, 48, 12, true, true), (report.Recordings.Added, report.Segments.Added, report.Passages.Added, report.Agrees, report.Verified));
        Assert.Equal(["sources", "segments", "passages", "passage_embeddings", "speakers"], report.Tables.Select(table => table.Table));
        Assert.Equal([4, 48, 12, 12, 6], report.Tables.Select(table => table.Rows));
        Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
        Assert.Equal((0, 0, 0), (again.Recordings.Added, again.Recordings.Changed, again.Recordings.Kept));
        Assert.Equal(4L, await libraries.Production.ScalarAsync<long>("SELECT sum(version)::bigint FROM sources"));
        Assert.True(await libraries.Production.ScalarAsync<bool>("SELECT active FROM embedding_models WHERE name = 'eight'"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_both_sides_did_they_agree_when_changes_went_both_ways(int seed)
    {
        await libraries.StartInStepAsync(8);
        var random = new Random(seed);
        await new RandomEdits(random, "local").MakeAsync(libraries.Local, 60);
        await new RandomEdits(random, "production").MakeAsync(libraries.Production, 8);

        var there = await libraries.ThereAsync();
        var settled = await libraries.ThereAsync(new SyncOptions(Prefer: random.Next(2) == 0 ? Preference.From : Preference.To));
        var back = await libraries.BackAsync();
        var last = await libraries.ThereAsync(new SyncOptions(Verify: true));

        Assert.All([there, settled, back, last], report => Assert.True(report.Agrees));
        Assert.Equal((0, 0), (settled.OpenConflicts, back.OpenConflicts));
        Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
        Assert.Equal((0, 0, 0, 0, 0), (last.Recordings.Added, last.Recordings.Changed, last.Recordings.Deleted, last.Recordings.Kept, last.Explained.Count));
    }

    [Fact]
    public async Task Edits_of_two_segments_of_one_recording_do_not_collide()
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Local, "UPDATE segments SET text = 'Said there.' WHERE source_id = 1 AND ordinal = 2");
        await TwoLibraries.RunAsync(libraries.Production, "UPDATE segments SET text = 'Put right here.' WHERE ordinal = 5 AND source_id = (SELECT id FROM sources WHERE key = 'file-1')");

        var report = await libraries.ThereAsync();

        Assert.Equal((0, 1, 1), (report.OpenConflicts, report.Segments.Changed, report.Segments.Kept));
        Assert.Equal("Said there.|Put right here.", await libraries.Production.ScalarAsync<string>("SELECT string_agg(text, '|' ORDER BY ordinal) FROM segments g JOIN sources s ON s.id = g.source_id WHERE s.key = 'file-1' AND ordinal IN (2, 5)"));
        Assert.Equal(1L, await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM passages p JOIN sources s ON s.id = p.source_id WHERE s.key = 'file-1' AND p.text LIKE '%Said there.%Put right here.%'"));
        Assert.Equal(("Talk 1", "changed in the target"), (Assert.Single(report.Explained).Title, report.Explained[0].Reason));
    }

    [Fact]
    public async Task What_only_one_side_has_stays_and_what_one_side_deleted_goes()
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Production, """
            INSERT INTO sources (source_type, source_id, key, title, state, stage, attempts, fencing_token, version) VALUES ('youtube', 'night', 'youtube-night', 'Of the night', 'done', 'store', 0, 0, 1);
            DELETE FROM sources WHERE key = 'file-2'
            """);
        await TwoLibraries.RunAsync(libraries.Local, "DELETE FROM sources WHERE key = 'file-3'");

        await libraries.ThereAsync();
        var there = await KeysAsync(libraries.Production);
        await libraries.BackAsync();

        Assert.Equal("file-1 file-4 youtube-night", there);
        Assert.Equal(there, await KeysAsync(libraries.Local));
    }

    [Fact]
    public async Task A_renamed_speaker_is_renamed_there_and_leaves_no_empty_name()
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Local, "UPDATE speakers SET name = 'Anna' WHERE name = 'Ann'");

        await libraries.ThereAsync();

        Assert.Equal("Anna Ben", await libraries.Production.ScalarAsync<string>("SELECT string_agg(name, ' ' ORDER BY name) FROM speakers WHERE source_id IS NULL"));
        Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
    }

    [Fact]
    public async Task A_recording_that_production_has_queued_is_taken_and_its_worker_is_told()
    {
        await libraries.StartAsync(1);
        await TwoLibraries.RunAsync(libraries.Production, """
            INSERT INTO sources (source_type, source_id, key, title, state, stage, attempts, fencing_token, lease_owner, version) VALUES ('file', '1', 'file-1', 'Unknown', 'working', 'fetch', 1, 3, 'someone', 0)
            """);

        await libraries.ThereAsync();

        Assert.Equal("done Talk 1 4 1", await libraries.Production.ScalarAsync<string>("SELECT concat_ws(' ', state, title, fencing_token, version, lease_owner) FROM sources"));
    }

    private static Task<string?> KeysAsync(Infrastructure.TestDatabase library) => library.ScalarAsync<string>("SELECT string_agg(key, ' ' ORDER BY key) FROM sources");
}
