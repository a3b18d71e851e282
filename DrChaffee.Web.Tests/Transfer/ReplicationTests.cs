using DrChaffee.Ingestion.Transfer;
using DrChaffee.Ingestion.Transfer.Replication;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Transfer;

[Collection<OnTwoServers>]
public sealed class ReplicationTests(TwoServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_has_all_and_follows_and_its_own_tables_stay()
    {
        var (from, to) = await FilledAsync();
        await to.OwnAsync("production");
        await FollowAsync(from, to);
        var first = await to.TitlesAsync();
        await from.RunAsync("UPDATE segments SET text = 'salt, corrected' WHERE id = 1; DELETE FROM sources WHERE id = 3; UPDATE sources SET title = 'A renamed talk', version = version + 1 WHERE id = 2");
        await FollowedAsync(from, to);

        var status = await ReplicationReport.ReadAsync(from.Address, to.Address, Token);

        Assert.Equal("salt talk 1, salt talk 2, salt talk 3", first);
        Assert.Equal("A renamed talk, salt talk 1", await to.TitlesAsync());
        Assert.Equal(await SumsAsync(from), await SumsAsync(to));
        Assert.Equal("production/production", await to.OwnersAsync());
        Assert.Equal(1L, await to.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"));
        Assert.Equal([], status.Problems);
        Assert.All(status.Tables, table => Assert.Equal("following", table.State));
        Assert.True(Assert.Single(status.Slots) is { Active: true, Lost: false, LagSeconds: >= 0 });
    }

    [Fact]
    public async Task A_library_is_not_replaced_unless_asked_for()
    {
        var (from, to) = await FilledAsync();
        await to.FillAsync("water");
        await LibraryPublication.PublishAsync(from.Address, Token);

        var refused = await Assert.ThrowsAsync<TransferException>(() => LibrarySubscription.SubscribeAsync(from.Address, to.Address, replace: false, null, Token));
        var still = await to.TitlesAsync();
        await LibrarySubscription.SubscribeAsync(from.Address, to.Address, replace: true, null, Token);

        Assert.Contains("--replace", refused.Message, StringComparison.Ordinal);
        Assert.Equal("water talk 1, water talk 2, water talk 3", still);
        Assert.Equal(await SumsAsync(from), await SumsAsync(to));
        await ReplicationEnd.DropAsync(from.Address, to.Address, Token);
    }

    [Fact]
    public async Task Both_ends_are_dropped_and_new_rows_of_the_subscriber_find_their_numbers()
    {
        var (from, to) = await FilledAsync();
        await FollowAsync(from, to);

        var said = await ReplicationEnd.DropAsync(from.Address, to.Address, Token);
        await to.RunAsync("INSERT INTO sources (source_type, source_id, key, title, state, stage, version, attempts, fencing_token) VALUES ('file', 'own', 'own', 'Own', 'done', 'store', 1, 0, 0)");

        Assert.Equal([$"{to.Address.Name} follows no longer, and keeps its library.", $"{from.Address.Name} publishes nothing any more."], said);
        Assert.Equal("Own, salt talk 1, salt talk 2, salt talk 3", await to.TitlesAsync());
        Assert.Equal((0L, 0L), (await SlotsAsync(from), await from.ScalarAsync<long>("SELECT count(*) FROM pg_publication")));
    }

    [Fact]
    public async Task The_subscriber_is_dropped_when_its_publisher_is_gone_and_the_publisher_when_its_subscriber_is()
    {
        var (from, to) = await FilledAsync();
        await FollowAsync(from, to);
        var away = new DatabaseAddress("Host=127.0.0.1;Port=1;Username=nobody;Password=secret;Database=gone");

        var alone = await ReplicationEnd.DropAsync(away, to.Address, Token);
        var waiting = await ReplicationReport.ReadAsync(from.Address, null, Token);
        var left = await ReplicationEnd.DropAsync(from.Address, away, Token);

        Assert.Contains(alone, line => line.Contains("replicate drop --from", StringComparison.Ordinal));
        Assert.DoesNotContain(alone.Concat(left), line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Contains(waiting.Problems, problem => problem.StartsWith("Nobody reads slot", StringComparison.Ordinal));
        Assert.Equal((0L, 0L), (await to.ScalarAsync<long>($"SELECT count(*) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = '{to.Address.Database}')"), await SlotsAsync(from)));
        Assert.Contains($"{from.Address.Name} publishes nothing any more.", left);
    }

    [Fact]
    public async Task The_subscriber_is_migrated_first_and_then_the_publisher()
    {
        var (from, to) = await FilledAsync();
        await FollowAsync(from, to);

        await MigrateAsync(from);
        var early = await ReplicationReport.ReadAsync(from.Address, to.Address, Token);
        await MigrateAsync(to);
        var both = await ReplicationReport.ReadAsync(from.Address, to.Address, Token);
        await from.RunAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE migration_id LIKE '9999%'");
        var late = await Assert.ThrowsAsync<TransferException>(() => LibrarySubscription.SubscribeAsync(from.Address, to.Address, replace: false, null, Token));

        Assert.Contains($"run ./drchaffee migrate on {to.Address.Name}", Assert.Single(early.Problems), StringComparison.Ordinal);
        Assert.Equal([], both.Problems);
        Assert.Contains($"now run ./drchaffee migrate on {from.Address.Name}", late.Message, StringComparison.Ordinal);
        await ReplicationEnd.DropAsync(from.Address, to.Address, Token);
    }

    [Fact]
    public async Task A_table_that_was_not_offered_is_named_then_offered_and_fetched()
    {
        var (from, to) = await FilledAsync();
        await FollowAsync(from, to);
        await from.RunAsync("ALTER PUBLICATION drchaffee DROP TABLE segment_reviews");
        await LibrarySubscription.SubscribeAsync(from.Address, to.Address, replace: false, null, Token);
        var lacking = await ReplicationReport.ReadAsync(from.Address, to.Address, Token);
        await from.RunAsync("INSERT INTO segment_reviews (source_id, start_sec, end_sec, text, decision) VALUES (1, 0, 1, 'salt', 'hidden')");

        var added = await LibraryPublication.PublishAsync(from.Address, Token);
        await LibrarySubscription.SubscribeAsync(from.Address, to.Address, replace: false, null, Token);

        Assert.Contains("segment_reviews", Assert.Single(lacking.Problems), StringComparison.Ordinal);
        Assert.Equal(["segment_reviews"], added);
        Assert.Equal(1L, await to.ScalarAsync<long>("SELECT count(*) FROM segment_reviews"));
        await ReplicationEnd.DropAsync(from.Address, to.Address, Token);
    }

    [Fact]
    public async Task A_change_that_cannot_be_applied_is_told()
    {
        var (from, to) = await FilledAsync();
        await FollowAsync(from, to);
        await to.RunAsync("INSERT INTO channels (id, kind, address, title) VALUES (1, 'import', 'a', 'Own')");
        await from.RunAsync("INSERT INTO channels (id, kind, address, title) VALUES (1, 'import', 'b', 'Theirs')");

        await Poll.UntilAsync(async () => (await ReplicationReport.ReadAsync(from.Address, to.Address, Token)).Problems.Any(problem => problem.Contains("failed", StringComparison.Ordinal)));
        await to.RunAsync("DELETE FROM channels");
        await FollowedAsync(from, to);

        Assert.Equal("Theirs", await to.ScalarAsync<string>("SELECT title FROM channels"));
        await ReplicationEnd.DropAsync(from.Address, to.Address, Token);
    }

    [Fact]
    public async Task The_commands_do_it_all_and_never_say_the_password()
    {
        var (from, to) = await FilledAsync();
        var password = new NpgsqlConnectionStringBuilder(from.ConnectionString).Password!;

        List<ProgramRun> runs =
        [
            await ReplicateAsync("status", from, to),
            await ReplicateAsync("subscribe", from, to),
            await ProgramRun.OfAsync(to.Url, "replicate", "publish", "--from", from.Url),
            await ReplicateAsync("subscribe", from, to),
            await ReplicateAsync("status", from, to),
            await ReplicateAsync("drop", from, to),
            await ProgramRun.OfAsync(to.Url, "replicate", "publish", "--from", from.Url.Replace(password, "wrong-" + password, StringComparison.Ordinal)),
        ];

        Assert.Equal([1, 1, 0, 0, 0, 0, 1], runs.Select(run => run.ExitCode));
        Assert.Contains("replicate publish --from", runs[1].Errors, StringComparison.Ordinal);
        Assert.EndsWith("Nothing is wrong.", runs[4].Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain(runs, run => (run.Output + run.Errors).Contains(password, StringComparison.Ordinal));
    }

    private static Task<ProgramRun> ReplicateAsync(string verb, TestLibrary from, TestLibrary to) => ProgramRun.OfAsync(to.Url, "replicate", verb, "--from", from.Url, "--to", to.Url);

    private async Task<(TestLibrary From, TestLibrary To)> FilledAsync()
    {
        var (from, to) = (await servers.LibraryAsync(0), await servers.LibraryAsync(1));
        await from.FillAsync("salt");
        return (from, to);
    }

    private static async Task FollowAsync(TestLibrary from, TestLibrary to)
    {
        await LibraryPublication.PublishAsync(from.Address, Token);
        await LibrarySubscription.SubscribeAsync(from.Address, to.Address, replace: false, null, Token);
    }

    /// <summary>Waits until what was written last has arrived.</summary>
    private static async Task FollowedAsync(TestLibrary from, TestLibrary to)
    {
        var sums = await SumsAsync(from);
        await Poll.UntilAsync(async () => (await SumsAsync(to)).SequenceEqual(sums), TimeSpan.FromMinutes(2));
    }

    private static Task MigrateAsync(TestLibrary library) => library.RunAsync("INSERT INTO \"__EFMigrationsHistory\" (migration_id, product_version) VALUES ('99990101000000_Later', '10')");

    private static Task<long> SlotsAsync(TestLibrary library) => library.ScalarAsync<long>($"SELECT count(*) FROM pg_replication_slots WHERE database = '{library.Address.Database}'");

    private static async Task<IReadOnlyList<TableSum>> SumsAsync(TestLibrary library)
    {
        await using var connection = await library.Address.OpenAsync(Token);
        return await TableSums.ReadAsync(connection, LibraryTables.Followed, Token);
    }
}
