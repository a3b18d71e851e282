using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Sync;

public sealed class SyncCommandTests(TwoLibraries libraries) : IClassFixture<TwoLibraries>
{
    [Fact]
    public async Task The_environment_names_the_libraries_and_the_report_is_told_as_text_and_as_json()
    {
        await libraries.StartAsync();

        var dry = await RunAsync("--dry-run");
        var json = await RunAsync("--json");
        var text = await RunAsync();

        Assert.Equal((0, 0, 0), (dry.ExitCode, json.ExitCode, text.ExitCode));
        Assert.Contains("nothing is written", dry.Output, StringComparison.Ordinal);
        Assert.Contains("added     Talk 1", dry.Output, StringComparison.Ordinal);
        var report = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal((4, true), (report.GetProperty("recordings").GetProperty("added").GetInt32(), report.GetProperty("agrees").GetBoolean()));
        Assert.Contains("Checksums of the recordings that this sync looked at", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", dry.Output + json.Output + text.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2L, await libraries.Production.ScalarAsync<long>("SELECT count(*) FROM sync_runs WHERE finished_at IS NOT NULL AND report IS NOT NULL"));
    }

    [Fact]
    public async Task What_cannot_be_synchronised_is_told_in_one_sentence()
    {
        await libraries.StartAsync();
        var (local, production) = (libraries.Local.ConnectionString, libraries.Production.ConnectionString);

        var same = await ProgramRun.RunAsync(["sync", "--from", local, "--to", local]);
        var readOnly = await ProgramRun.RunAsync(["sync", "--from", local, "--to", $"{production};Options=-c default_transaction_read_only=on"]);
        var away = await ProgramRun.RunAsync(["sync", "--from", local, "--to", "postgresql://someone:secret@127.0.0.1:9/none"]);
        var unnamed = await ProgramRun.RunAsync(["sync", "--from", local], ("PRODUCTION_DATABASE_URL", null));
        await TwoLibraries.RunAsync(libraries.Production, """INSERT INTO "__EFMigrationsHistory" VALUES ('29991231235959_Later', '10')""");
        var older = await ProgramRun.RunAsync(["sync", "--from", local, "--to", production]);
        await TwoLibraries.RunAsync(libraries.Production, """DELETE FROM "__EFMigrationsHistory" WHERE migration_id LIKE '2999%'""");

        Assert.All([same, readOnly, away, unnamed, older], run => Assert.Equal((1, ""), (run.ExitCode, run.Output)));
        Assert.All([same, readOnly, away, unnamed, older], run => Assert.DoesNotContain('\n', run.Errors));
        Assert.EndsWith("are the same database; name two.", same.Errors, StringComparison.Ordinal);
        Assert.Contains("can only be read", readOnly.Errors, StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:9/none cannot be reached", away.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", away.Errors, StringComparison.Ordinal);
        Assert.Equal("--to is missing, and PRODUCTION_DATABASE_URL is not set; name the library.", unnamed.Errors);
        Assert.Matches("^The schemas differ .* bring .*/chaffee_test_.* up to date first: ./drchaffee migrate", older.Errors);
        Assert.Equal(0L, await libraries.Production.ScalarAsync<long>("SELECT (SELECT count(*) FROM sources) + (SELECT count(*) FROM sync_peers)"));
    }

    private Task<ProgramRun> RunAsync(params string[] options) =>
        ProgramRun.RunAsync(["sync", .. options], ("LOCAL_DATABASE_URL", libraries.Local.ConnectionString), ("PRODUCTION_DATABASE_URL", libraries.Production.ConnectionString));
}
