using DrChaffee.Ingestion.Transfer;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Transfer;

[Collection<OnTwoServers>]
public sealed class WholeTransferTests(TwoServers servers) : IDisposable
{
    private readonly TestFolder _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_whole_library_takes_the_place_of_the_other_and_what_is_the_machines_own_stays()
    {
        var (from, to) = await FilledAsync();
        await to.RunAsync($"CREATE ROLE reader_{to.Address.Database} LOGIN; GRANT CONNECT ON DATABASE {to.Address.Database} TO reader_{to.Address.Database}; GRANT SELECT ON sources TO reader_{to.Address.Database}; ALTER DATABASE {to.Address.Database} SET statement_timeout = '55s'");

        var report = await CopyAsync(from, to);

        Assert.Equal("salt talk 1, salt talk 2, salt talk 3", await to.TitlesAsync());
        Assert.Equal("production/production", await to.OwnersAsync());
        Assert.Equal(await SumsAsync(from), report.Tables);
        Assert.Equal(await SumsAsync(from), await SumsAsync(to));
        Assert.Equal((true, "55s"), (await to.ScalarAsync<bool>($"SELECT has_table_privilege('reader_{to.Address.Database}', 'sources', 'SELECT')"), await to.ScalarAsync<string>("SHOW statement_timeout")));
        Assert.Equal(("water talk 1, water talk 2, water talk 3", to.Address.Name + "_before"), (await to.Beside("_before").TitlesAsync(), report.Kept));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_data.Path, "transfer")));
        Assert.Equal(2L, await to.ScalarAsync<long>("INSERT INTO accounts (name, password_hash, security_stamp) VALUES ('second', '', '') RETURNING id::bigint"));
    }

    [Fact]
    public async Task A_second_time_drops_the_library_before_the_last()
    {
        var (from, to) = await FilledAsync();
        await CopyAsync(from, to);
        await from.RunAsync("UPDATE sources SET title = 'Newer ' || title");

        await CopyAsync(from, to);
        var before = await to.Beside("_before").TitlesAsync();
        await CopyAsync(from, to, dropOld: true);

        Assert.Equal("salt talk 1, salt talk 2, salt talk 3", before);
        Assert.StartsWith("Newer salt talk 1", await to.TitlesAsync(), StringComparison.Ordinal);
        Assert.Equal(1L, await to.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE starts_with(datname, '{to.Address.Database}')"));
    }

    [Fact]
    public async Task A_library_that_is_not_there_yet_gets_no_accounts_of_the_origin()
    {
        var from = await servers.LibraryAsync(0);
        await from.FillAsync("salt");
        await from.OwnAsync("local");
        var to = (await servers.LibraryAsync(1)).Beside("_new");

        var report = await CopyAsync(from, to);

        Assert.Equal("salt talk 1, salt talk 2, salt talk 3", await to.TitlesAsync());
        Assert.Equal((0L, null), (await to.ScalarAsync<long>("SELECT count(*) FROM accounts"), report.Kept));
    }

    [Fact]
    public async Task Stopped_at_any_point_the_old_library_serves_and_a_repeat_succeeds()
    {
        var (from, to) = await FilledAsync();
        foreach (var step in new[] { "dumping", "restoring", "checking", "carrying over accounts, keys and schedule" })
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var at = new StopAt(step, stop);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new WholeTransfer(_data.Path, at).RunAsync(from.Address, to.Address, false, stop.Token));
            Assert.Equal("water talk 1, water talk 2, water talk 3", await to.TitlesAsync());
        }

        await CopyAsync(from, to);

        Assert.Equal("salt talk 1, salt talk 2, salt talk 3", await to.TitlesAsync());
        Assert.Equal("production/production", await to.OwnersAsync());
        Assert.Equal(2L, await to.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE starts_with(datname, '{to.Address.Database}')"));
    }

    [Fact]
    public async Task A_database_of_somebody_else_is_not_dropped_for_its_name()
    {
        var (from, to) = await FilledAsync();
        var theirs = await servers.LibraryAsync(1, to.Address.Database + "_incoming");

        var refused = await Assert.ThrowsAsync<TransferException>(() => CopyAsync(from, to));

        Assert.Equal($"{theirs.Address.Name} is in the way, and no transfer made it; rename or drop it.", refused.Message);
    }

    [Fact]
    public async Task A_user_who_may_not_create_databases_is_told_which_right_is_missing()
    {
        var (from, to) = await FilledAsync();
        var user = $"plain_{Guid.NewGuid():N}"[..20];
        await to.RunAsync($"CREATE ROLE {user} LOGIN PASSWORD 'x'; ALTER DATABASE {to.Address.Database} OWNER TO {user}");
        var plain = new TestLibrary(new NpgsqlConnectionStringBuilder(to.ConnectionString) { Username = user, Password = "x" }.ConnectionString);

        var refused = await Assert.ThrowsAsync<TransferException>(() => CopyAsync(from, plain));

        Assert.Equal($"The database user {user} may not create databases, and the new library is made beside the old one; run as superuser ALTER ROLE \"{user}\" CREATEDB.", refused.Message);
    }

    [Fact]
    public async Task An_older_pg_dump_is_refused_in_a_sentence()
    {
        using var old = new TestFolder();
        foreach (var program in new[] { "pg_dump", "pg_restore" })
        {
            var path = old.Write(program, "#!/bin/sh\necho \"$(basename $0) (PostgreSQL) 12.3\"\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var older = await Assert.ThrowsAsync<TransferException>(() => PostgresTools.FindAsync(15, [old.Path], Token));
        var none = await Assert.ThrowsAsync<TransferException>(() => PostgresTools.FindAsync(15, [_data.Path], Token));
        await PostgresTools.FindAsync(12, [old.Path], Token);

        Assert.Equal("The server is PostgreSQL 15, and the newest pg_dump here is of version 12; install postgresql-client-15.", older.Message);
        Assert.StartsWith("pg_dump and pg_restore are neither on PATH nor below", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_room_is_told_before_anything_is_written()
    {
        var refused = Assert.Throws<TransferException>(() => TransferRoom.RequireSpace(_data.Path, long.MaxValue));

        Assert.Contains("GB free", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_table_that_refers_to_the_library_is_the_librarys()
    {
        var library = await servers.LibraryAsync(0);

        var referring = await library.ScalarAsync<string[]>($"""
            SELECT coalesce(array_agg(DISTINCT conrelid::regclass::text), '{"{}"}') FROM pg_constraint
            WHERE contype = 'f' AND confrelid::regclass::text = ANY(ARRAY['{string.Join("','", LibraryTables.All)}'])
            """);

        Assert.Empty(referring!.Except(LibraryTables.All));
    }

    public void Dispose() => _data.Dispose();

    private Task<TransferReport> CopyAsync(TestLibrary from, TestLibrary to, bool dropOld = false) => new WholeTransfer(_data.Path, null).RunAsync(from.Address, to.Address, dropOld, Token);

    private async Task<(TestLibrary From, TestLibrary To)> FilledAsync()
    {
        var (from, to) = (await servers.LibraryAsync(0), await servers.LibraryAsync(1));
        await from.FillAsync("salt");
        await from.OwnAsync("local");
        await to.FillAsync("water");
        await to.OwnAsync("production");
        return (from, to);
    }

    private static async Task<IReadOnlyList<TableSum>> SumsAsync(TestLibrary library)
    {
        await using var connection = await library.Address.OpenAsync(Token);
        return await TableSums.ReadAsync(connection, LibraryTables.All, Token);
    }

    private sealed class StopAt(string step, CancellationTokenSource stop) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.Step == step) stop.Cancel();
        }
    }
}
