using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Bundles;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Sync;

public sealed class BundleTests(TwoLibraries libraries) : IClassFixture<TwoLibraries>, IDisposable
{
    private const string Key = "a secret of both machines";

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bundles_carry_what_a_sync_carries()
    {
        await libraries.StartAsync(70);
        var first = await WriteAsync("first", sinceLast: true);
        await TakeAsync("first");
        await new RandomEdits(new Random(3), "local").MakeAsync(libraries.Local, 30);
        var second = await WriteAsync("second", sinceLast: true);

        var report = await TakeAsync("second");
        var again = await TakeAsync("second");

        Assert.Equal((70, 840L, 210L), (first.Recordings, first.Segments, first.Passages));
        Assert.Equal(first.ToVersion, second.FromVersion);
        Assert.True(report.Agrees && again.Agrees);
        Assert.Equal((0, 0, 0), (again.Recordings.Added, again.Recordings.Changed, again.Recordings.Deleted));
        Assert.Equal(await TwoLibraries.StateAsync(libraries.Local), await TwoLibraries.StateAsync(libraries.Production));
    }

    [Fact]
    public async Task A_bundle_that_skips_changes_or_is_older_than_what_was_taken_is_refused()
    {
        await libraries.StartAsync();
        await WriteAsync("first", sinceLast: true);
        await TwoLibraries.RunAsync(libraries.Local, "UPDATE sources SET title = 'x'");
        await WriteAsync("second", sinceLast: true);

        var early = await Assert.ThrowsAsync<SyncException>(() => TakeAsync("second"));
        await TakeAsync("first");
        await TakeAsync("second");
        var late = await Assert.ThrowsAsync<SyncException>(() => TakeAsync("first"));

        Assert.Contains("take the bundles before it first", early.Message, StringComparison.Ordinal);
        Assert.Contains("it is older than what is there", late.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("cut")]
    [InlineData("key")]
    [InlineData("itself")]
    [InlineData("nothing")]
    public async Task What_is_not_a_bundle_for_this_library_is_refused_before_anything_is_written(string fault)
    {
        await libraries.StartAsync();
        await WriteAsync("bundle", sinceLast: false);
        var bytes = await File.ReadAllBytesAsync(PathOf("bundle"), Token);
        if (fault == "changed") bytes[bytes.Length / 2] ^= 1;
        if (fault == "cut") bytes = bytes[..^7];
        if (fault == "nothing") bytes = "no bundle"u8.ToArray();
        await File.WriteAllBytesAsync(PathOf("bundle"), bytes, Token);

        var refused = await Assert.ThrowsAsync<SyncException>(() =>
            new BundleSync(TwoLibraries.Sync()).RunAsync(PathOf("bundle"), (fault == "itself" ? libraries.Local : libraries.Production).ConnectionString, fault == "key" ? "another secret of both" : Key, new SyncOptions(), null, Token));

        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(0L, await libraries.Production.ScalarAsync<long>("SELECT (SELECT count(*) FROM sources) + (SELECT count(*) FROM sync_peers)"));
    }

    [Fact]
    public async Task The_command_writes_a_bundle_and_takes_it()
    {
        await libraries.StartAsync();

        var written = await ProgramRun.RunAsync(["sync", "--from", libraries.Local.ConnectionString, "--bundle", PathOf("b"), "--all"], ("SYNC_BUNDLE_KEY", Key));
        var taken = await ProgramRun.RunAsync(["sync", "--bundle", PathOf("b"), "--to", libraries.Production.ConnectionString], ("SYNC_BUNDLE_KEY", Key));
        var unsigned = await ProgramRun.RunAsync(["sync", "--bundle", PathOf("b"), "--to", libraries.Production.ConnectionString], ("SYNC_BUNDLE_KEY", null));

        Assert.Equal((0, 0, 1), (written.ExitCode, taken.ExitCode, unsigned.ExitCode));
        Assert.Contains("4 recordings, 48 segments, 12 passages", written.Output, StringComparison.Ordinal);
        Assert.Contains("recordings  4 added", taken.Output, StringComparison.Ordinal);
        Assert.Equal("SYNC_BUNDLE_KEY is not set; set the secret that both machines share.", unsigned.Errors);
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private Task<BundleSummary> WriteAsync(string name, bool sinceLast) => new BundleWriter(TimeProvider.System).WriteAsync(libraries.Local.ConnectionString, PathOf(name), Key, sinceLast, Token);

    private Task<SyncReport> TakeAsync(string name) => new BundleSync(TwoLibraries.Sync()).RunAsync(PathOf(name), libraries.Production.ConnectionString, Key, new SyncOptions(), null, Token);
}
