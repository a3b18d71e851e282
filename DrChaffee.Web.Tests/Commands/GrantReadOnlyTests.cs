using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Commands;

public sealed class GrantReadOnlyTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly string _role = $"reader_{Guid.NewGuid():N}";

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("TEST_DATABASE_URL") is { Length: > 0 }) await RunAsync("--drop");
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_role_reads_the_library_and_writes_and_learns_nothing()
    {
        var grant = Json(await RunAsync("--json"));
        var hidden = grant.GetProperty("hidden").EnumerateArray().Select(table => table.GetString()).ToList();
        await using var reader = Reader(grant);

        Assert.True(grant.GetProperty("created").GetBoolean());
        Assert.Equal("on", await AsAsync(reader, "SHOW transaction_read_only"));
        Assert.Equal(0L, await AsAsync(reader, "SELECT count(*) FROM segments"));
        foreach (var refused in new[]
        {
            "INSERT INTO speakers (name) VALUES ('x')", "UPDATE sources SET title = ''", "DELETE FROM segments", "TRUNCATE segments", "CREATE TABLE own (a int)", "CREATE TEMP TABLE own (a int)",
            "SELECT nextval('sources_id_seq')", "SELECT * FROM accounts", "SELECT * FROM setup_tokens", "SELECT * FROM data_protection_keys",
        })
        {
            var fault = await Assert.ThrowsAsync<PostgresException>(() => AsAsync(reader, $"SET transaction_read_only = off; {refused}"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, fault.SqlState);
        }

        Assert.Empty(await NamesAsync("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname ~ 'account|session|token|_keys|password|audit|recovery'", hidden));
    }

    [Fact]
    public async Task Done_again_it_takes_what_is_too_much_and_keeps_the_password_and_what_comes_later_is_read_but_for_secrets()
    {
        await using var reader = Reader(Json(await RunAsync("--json")));
        await _database.ScalarAsync<object>($"CREATE TABLE later (a int); DROP TABLE audit_log; CREATE TABLE audit_log (a int); GRANT INSERT ON sources TO {_role}");
        Assert.Equal(0L, await AsAsync(reader, "SELECT count(*) FROM later"));
        var again = await RunAsync();

        Assert.Contains("was there and is renewed", again.Output, StringComparison.Ordinal);
        Assert.Contains($"DATABASE_URL=postgresql://{_role}:PASSWORD@", again.Output, StringComparison.Ordinal);
        Assert.Equal(0L, await AsAsync(reader, "SELECT count(*) FROM later"));
        await Assert.ThrowsAsync<PostgresException>(() => AsAsync(reader, "SELECT count(*) FROM audit_log"));
        await Assert.ThrowsAsync<PostgresException>(() => AsAsync(reader, "SET transaction_read_only = off; INSERT INTO sources DEFAULT VALUES"));
    }

    [Fact]
    public async Task What_cannot_be_done_is_told_in_a_sentence_and_a_role_that_is_dropped_is_gone()
    {
        var made = await RunAsync("--password-env", "READER_PASSWORD");
        var tooShort = await RunAsync("--password-env", "NO_SUCH_VARIABLE");
        var own = new NpgsqlConnectionStringBuilder(_database.ConnectionString).Username!;
        var superuser = await ProgramRun.OfAsync(_database.ConnectionString, "grant-readonly", own);
        var named = await ProgramRun.OfAsync(_database.ConnectionString, "grant-readonly", "drop table");
        var onReplica = await ProgramRun.OfAsync($"{_database.ConnectionString};Options=-c default_transaction_read_only=on", "grant-readonly", _role);
        var (dropped, again) = (await RunAsync("--drop"), await RunAsync("--drop"));

        Assert.DoesNotContain("a long password of its own", made.Output, StringComparison.Ordinal);
        Assert.Equal((1, "The password in NO_SUCH_VARIABLE is shorter than 10 characters; choose a longer one."), (tooShort.ExitCode, tooShort.Errors));
        Assert.Equal((1, $"The role {own} may do more than read: it is a superuser, a member of another role, an owner of tables or the one that runs this command. Choose another name."), (superuser.ExitCode, superuser.Errors));
        Assert.Equal((1, "'drop table' is no name for a role; write small letters, digits and underscores, such as prod_api."), (named.ExitCode, named.Errors));
        Assert.Equal((1, "This database can only be read; run the command with the DATABASE_URL of the machine that writes it."), (onReplica.ExitCode, onReplica.Errors));
        Assert.Equal(($"The role {_role} is gone.", $"There is no role {_role}."), (dropped.Output.Trim(), again.Output.Trim()));
        Assert.Equal(0, await _database.ScalarAsync<long>($"SELECT count(*) FROM pg_roles WHERE rolname = '{_role}'"));
    }

    private Task<ProgramRun> RunAsync(params string[] options) => ProgramRun.RunAsync(
        ["grant-readonly", _role, .. options], ("DATABASE_URL", _database.ConnectionString), ("READER_PASSWORD", "a long password of its own"));

    private static JsonElement Json(ProgramRun run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }

    /// <summary>Signed in as the printed address says.</summary>
    private static NpgsqlDataSource Reader(JsonElement grant)
    {
        Assert.True(Domain.Data.DatabaseUrl.TryParse(grant.GetProperty("database_url").GetString()!, out var connectionString, out var fault), fault);
        return NpgsqlDataSource.Create(connectionString);
    }

    private static async Task<object?> AsAsync(NpgsqlDataSource reader, string sql)
    {
        await using var command = reader.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private async Task<IEnumerable<string>> NamesAsync(string sql, IReadOnlyCollection<string?> but)
    {
        var names = await _database.ScalarAsync<string[]>($"SELECT array_agg(relname::text) FROM ({sql}) t") ?? [];
        return names.Except(but.OfType<string>(), StringComparer.Ordinal);
    }
}
