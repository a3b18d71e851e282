using DrChaffee.Ingestion.Transfer;
using DrChaffee.Ingestion.Transfer.Backups;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Transfer;

[Collection<OnTwoServers>]
public sealed class BackupTests(TwoServers servers) : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_comes_back_accounts_included_and_the_database_before_is_kept()
    {
        var library = await FilledAsync();
        var backup = await BackUpAsync(library, Path.Combine(_folder.Path, "all.dump"));
        await library.RunAsync("DELETE FROM sources; DELETE FROM accounts");

        var report = await RestoreAsync(backup.File, library);

        Assert.Equal((true, true, library.Address.Name + "_before"), (report.Checked, report.RightsCarried, report.Kept));
        Assert.Equal(backup.Tables, report.Tables);
        Assert.Equal(("salt talk 1, salt talk 2, salt talk 3", "local/local"), (await library.TitlesAsync(), await library.OwnersAsync()));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup.File));
    }

    [Fact]
    public async Task An_empty_database_is_filled_where_it_is()
    {
        var backup = await BackUpAsync(await FilledAsync(), Path.Combine(_folder.Path, "all.dump"));
        var empty = await servers.LibraryAsync(1);
        await empty.RunAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");

        var report = await RestoreAsync(backup.File, empty);

        Assert.Equal((true, null), (report.Checked, report.Kept));
        Assert.Equal("salt talk 1, salt talk 2, salt talk 3", await empty.TitlesAsync());
    }

    [Fact]
    public async Task A_backup_that_lacks_rows_is_not_put_in_the_place_of_what_is_there()
    {
        var library = await FilledAsync();
        var backup = await BackUpAsync(library, Path.Combine(_folder.Path, "all.dump"));
        var manifest = (await BackupManifest.TryReadAsync(backup.File, Token))!;
        await (manifest with { Tables = [.. manifest.Tables.Select(table => table.Table == "sources" ? table with { Rows = 4 } : table)] }).WriteAsync(BackupManifest.PathOf(backup.File), Token);
        await library.RunAsync("UPDATE sources SET title = 'Still here'");

        var refused = await Assert.ThrowsAsync<TransferException>(() => RestoreAsync(backup.File, library));

        Assert.Contains("differs from its origin in sources", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Still here, Still here, Still here", await library.TitlesAsync());
    }

    [Fact]
    public async Task A_folder_keeps_the_newest_and_nothing_of_its_own_but_backups_is_removed()
    {
        var library = await FilledAsync();
        var other = _folder.Write("notes.dump", "not ours");
        List<string> files = [];
        for (var day = 0; day < 3; day++)
        {
            files.Add((await BackUpAsync(library, _folder.Path, keep: 2)).File);
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal("drchaffee-20260301-020000.dump", Path.GetFileName(files[0]));
        Assert.Equal([files[1], files[1] + ".json", files[2], files[2] + ".json", other], Directory.EnumerateFiles(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_commands_back_up_and_restore()
    {
        var library = await FilledAsync();
        var file = Path.Combine(_folder.Path, "all.dump");

        var backup = await ProgramRun.OfAsync(library.Url, "backup", file);
        await library.RunAsync("DELETE FROM sources");
        var restore = await ProgramRun.RunAsync(["restore", file], ("DATABASE_URL", library.Url), ("DATA_DIR", _folder.Path));
        var missing = await ProgramRun.OfAsync(library.Url, "restore", file + ".gone");
        var keep = await ProgramRun.OfAsync(library.Url, "backup", file, "--keep", "2");

        Assert.Equal([0, 0, 1, 1], new[] { backup, restore, missing, keep }.Select(run => run.ExitCode));
        Assert.Contains("is restored, the same in number and checksum", restore.Output, StringComparison.Ordinal);
        Assert.Equal($"There is no {file}.gone.", missing.Errors);
        Assert.Equal($"--keep needs a folder, and {file} is none; create it, or write a slash behind its name.", keep.Errors);
        Assert.Equal("salt talk 1, salt talk 2, salt talk 3", await library.TitlesAsync());
    }

    public void Dispose() => _folder.Dispose();

    private Task<BackupReport> BackUpAsync(TestLibrary library, string path, int? keep = null) => new LibraryBackup(_time, null).RunAsync(library.Address, path, keep, Token);

    private Task<RestoreReport> RestoreAsync(string file, TestLibrary to) => new LibraryRestore(_folder.Path, null).RunAsync(file, to.Address, dropOld: false, Token);

    private async Task<TestLibrary> FilledAsync()
    {
        var library = await servers.LibraryAsync(0);
        await library.FillAsync("salt");
        await library.OwnAsync("local");
        return library;
    }
}
