using System.Diagnostics;
using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>Runs the commands of <c>docs/production.md</c> as a person copies them.</summary>
public sealed partial class ProductionPageTests : IAsyncLifetime
{
    private readonly TestDatabase _local = new();
    private readonly TestDatabase _production = new();
    private readonly TestFolder _folder = new();
    private readonly string _role = $"prod_api_{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_nothing_to_production_every_command_works_as_written()
    {
        var local = Url(_local);
        Assert.SkipWhen(OperatingSystem.IsWindows() || !Installation.Has("psql") || !Installation.Has("curl"), "bash, psql or curl is not installed.");
        WriteCheckout();
        var page = await File.ReadAllTextAsync(RepositoryFolder.Of("docs/production.md"), Token);
        var commands = string.Join('\n', ShellBlock().Matches(page).Select(match => match.Groups["commands"].Value));
        var script = _folder.Write("page.sh", "set -euo pipefail\ntrap 'jobs -p | xargs -r kill; wait' EXIT\n" + commands
            .Replace("prod_api", _role, StringComparison.Ordinal).Replace("8080", $"{Installation.FreePort()}", StringComparison.Ordinal).Replace("8081", $"{Installation.FreePort()}", StringComparison.Ordinal));

        var (exitCode, output, errors) = await RunAsync(script, ("LOCAL_DATABASE_URL", local), ("PRODUCTION_DATABASE_URL", Url(_production)),
            ("PROD_API_PASSWORD", "a-reader-of-it"), ("PROD_API_DATABASE_URL", Url(_production, _role, "a-reader-of-it")));

        Assert.True(exitCode == 0, output + errors);
        Assert.Equal(1, Count(output, "\"mode\":\"production\""));
        Assert.Equal(1, Count(output, "\"mode\":\"api_only\""));
        Assert.Equal(1, Count(output, "\"database_mode\":\"read-only\""));
        Assert.InRange(Count(output, "\"title\":\"Salt and blood pressure\""), 2, int.MaxValue);
        var segments = await _local.ScalarAsync<long>("SELECT COUNT(*) FROM segments");
        Assert.Equal((true, segments), (segments > 0, await _production.ScalarAsync<long>("SELECT COUNT(*) FROM segments")));
    }

    public async ValueTask InitializeAsync()
    {
        await _local.InitializeAsync();
        await _production.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        await _production.DisposeAsync();
        _folder.Dispose();
        if (Environment.GetEnvironmentVariable("TEST_DATABASE_URL") is { Length: > 0 }) await DropRoleAsync();
    }

    /// <summary>What the page finds in a checkout, with the program as it is built here.</summary>
    private void WriteCheckout()
    {
        var program = _folder.Write("drchaffee", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "DrChaffee.Web.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "samples"), RepositoryFolder.Of("samples"));
    }

    private async Task<ProgramRun> RunAsync(string script, params IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo("bash", [script]) { UseShellExecute = false, WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return new ProgramRun(process.ExitCode, await output, await errors);
    }

    private async Task DropRoleAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_production.ConnectionString) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"DROP ROLE IF EXISTS {_role}", connection);
        await drop.ExecuteNonQueryAsync();
    }

    private static string Url(TestDatabase database, string? user = null, string? password = null)
    {
        var at = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return $"postgresql://{user ?? at.Username}:{Uri.EscapeDataString(password ?? at.Password ?? "")}@{at.Host}:{at.Port}/{at.Database}";
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("^```sh\n(?<commands>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShellBlock();
}
