using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Commands;

public sealed class UserCommandTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Accounts_are_kept_from_the_machine_itself_and_one_admin_stays()
    {
        var added = await UserAsync("a long password\n", "add", "Anna", "--role", "admin");
        var demoted = await UserAsync("", "role", "anna", "editor");
        var removed = await UserAsync("", "remove", "anna");
        var second = await UserAsync("another long password\n", "add", "ben");
        var promoted = await UserAsync("", "role", "ben", "admin");
        var gone = await UserAsync("", "remove", "anna");
        await database.ScalarAsync<object>("UPDATE accounts SET locked_until = now() + interval '10 minutes', failed_attempts = 5, totp_secret = 'x' WHERE name = 'ben'");
        var locked = await ListAsync();
        var unlocked = await UserAsync("", "unlock", "ben", "--two-factor-off");
        var open = await ListAsync();

        Assert.Equal((0, "anna is added as admin."), (added.ExitCode, added.Output.Trim()));
        Assert.Equal((1, "anna is the last admin who can sign in; make somebody else one before this one becomes an editor."), (demoted.ExitCode, demoted.Errors));
        Assert.Equal((1, "anna is the last admin who can sign in; make somebody else one before this one is removed."), (removed.ExitCode, removed.Errors));
        Assert.Equal((0, 0, 0, 0), (second.ExitCode, promoted.ExitCode, gone.ExitCode, unlocked.ExitCode));
        Assert.Equal(("ben", "admin", true), (locked.GetProperty("name").GetString(), locked.GetProperty("role").GetString(), locked.GetProperty("two_factor").GetBoolean()));
        Assert.Equal((JsonValueKind.String, JsonValueKind.Null, false), (locked.GetProperty("locked_until").ValueKind, open.GetProperty("locked_until").ValueKind, open.GetProperty("two_factor").GetBoolean()));
        Assert.Equal(2L, await database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE who = 'command line' AND action = 'add_account'"));
    }

    [Theory]
    [InlineData("", "Standard input holds no password; write it there as one line.", "add", "carl")]
    [InlineData("short\n", "Write at least 10 characters.", "add", "carl")]
    [InlineData("a long password\n", "A name has 1 to 100 letters, digits, dots, dashes or underscores, such as anna or anna@example.org.", "add", "not a name")]
    [InlineData("a long password\n", "There is no account nobody.", "password", "nobody")]
    [InlineData("", "There is no account nobody.", "end-sessions", "nobody")]
    public async Task A_fault_is_one_plain_sentence(string input, string sentence, params string[] arguments)
    {
        var run = await UserAsync(input, arguments);

        Assert.Equal((1, "", sentence), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public async Task A_password_is_no_argument()
    {
        var run = await UserAsync("", "password", "anna", "a long password");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Unrecognized command or argument", run.Errors, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ListAsync()
    {
        using var list = JsonDocument.Parse((await UserAsync("", "list", "--json")).Output);
        Assert.Equal(1, list.RootElement.GetProperty("total").GetInt32());
        return list.RootElement.GetProperty("items")[0].Clone();
    }

    private Task<ProgramRun> UserAsync(string input, params string[] arguments) => ProgramRun.RunAsync(input, ["user", .. arguments], ("DATABASE_URL", database.ConnectionString));
}
