using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Merging;
using Npgsql;

namespace DrChaffee.Web.Tests.Sync;

public sealed class ConflictTests(TwoLibraries libraries) : IClassFixture<TwoLibraries>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_correction_in_production_stays_and_the_conflict_is_listed_with_both_texts()
    {
        await CollideAsync();

        var report = await libraries.ThereAsync();
        var again = await libraries.ThereAsync();

        var conflict = Assert.Single(report.Conflicts);
        Assert.Equal(("Talk 1", "segment 4", "Ben: Their words.", "Ben: Our words."), (conflict.Title, conflict.What, conflict.Theirs, conflict.Ours));
        Assert.Equal("Our words.", await TextAsync());
        Assert.True(report.Agrees);
        Assert.Equal((1, conflict.Ours), (again.OpenConflicts, again.Conflicts[0].Ours));
    }

    [Theory]
    [InlineData(Preference.From, "Their words.")]
    [InlineData(Preference.To, "Our words.")]
    public async Task A_decision_is_done_by_the_next_sync_and_flows_back(Preference decision, string text)
    {
        await CollideAsync();
        var conflict = Assert.Single((await libraries.ThereAsync()).Conflicts);
        await using var production = NpgsqlDataSource.Create(libraries.Production.ConnectionString);

        Assert.True(await new ConflictBook(production).DecideAsync(conflict.Id, decision, Token));
        var settled = await libraries.ThereAsync();
        await libraries.BackAsync();

        Assert.Equal(0, settled.OpenConflicts);
        Assert.Equal(text, await TextAsync());
        Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
    }

    [Fact]
    public async Task A_recording_transcribed_anew_there_and_corrected_here_is_one_conflict()
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Local, "DELETE FROM segments WHERE source_id = 1 AND ordinal > 6; UPDATE segments SET text = 'anew ' || ordinal WHERE source_id = 1");
        await CorrectAsync("Our words.");

        var report = await libraries.ThereAsync();

        Assert.Equal("all segments", Assert.Single(report.Conflicts).What);
        Assert.StartsWith("anew 0 anew 1", report.Conflicts[0].Theirs, StringComparison.Ordinal);
        Assert.Equal(12L, await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM segments g JOIN sources s ON s.id = g.source_id WHERE s.key = 'file-1'"));
    }

    [Theory]
    [InlineData(Preference.From, 3)]
    [InlineData(Preference.To, 4)]
    public async Task Deleted_there_and_corrected_here_waits_for_a_decision(Preference prefer, long left)
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Local, "DELETE FROM sources WHERE key = 'file-1'");
        await CorrectAsync("Our words.");

        var open = await libraries.ThereAsync();
        var kept = await TextAsync();
        await libraries.ThereAsync(new SyncOptions(Prefer: prefer));
        await libraries.BackAsync();

        Assert.Equal((1, "Our words."), (open.OpenConflicts, kept));
        Assert.Equal((left, left), (await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM sources"), await libraries.Local.ScalarAsync<long>("SELECT count(*) FROM sources")));
    }

    [Fact]
    public async Task Two_titles_are_a_conflict_of_the_title_alone()
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Local, "UPDATE sources SET title = 'Theirs', description = 'New.' WHERE key = 'file-1'");
        await TwoLibraries.RunAsync(libraries.Production, "UPDATE sources SET title = 'Ours' WHERE key = 'file-1'");

        var report = await libraries.ThereAsync();

        Assert.Equal(("title", "Theirs", "Ours"), (Assert.Single(report.Conflicts).What, report.Conflicts[0].Theirs, report.Conflicts[0].Ours));
        Assert.Equal("Ours New.", await libraries.Production.ScalarAsync<string>("SELECT title || ' ' || description FROM sources WHERE key = 'file-1'"));
    }

    private async Task CollideAsync()
    {
        await libraries.StartInStepAsync();
        await TwoLibraries.RunAsync(libraries.Local, "UPDATE segments SET text = 'Their words.' WHERE source_id = 1 AND ordinal = 4");
        await CorrectAsync("Our words.");
    }

    private Task CorrectAsync(string text) =>
        TwoLibraries.RunAsync(libraries.Production, $"UPDATE segments SET text = '{text}' WHERE ordinal = 4 AND source_id = (SELECT id FROM sources WHERE key = 'file-1')");

    private Task<string?> TextAsync() => libraries.Production.ScalarAsync<string>("SELECT text FROM segments g JOIN sources s ON s.id = g.source_id WHERE s.key = 'file-1' AND g.ordinal = 4");
}
