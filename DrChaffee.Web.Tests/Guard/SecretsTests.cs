using System.Net;
using System.Text;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Web.Tests.Guard;

/// <summary>The database's password is known here, faults are provoked, and neither an answer nor a line of the log may hold it.</summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private const string Password = "pa55word-nobody-may-read";
    private const string ApiKey = "key-nobody-may-read-0123456789";

    private readonly TestDatabase _database = new();
    private readonly StringBuilder _answers = new();
    private EmptyApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string ConnectionString => new NpgsqlConnectionStringBuilder(_database.ConnectionString) is { Password: null } trusted
        ? new NpgsqlConnectionStringBuilder(trusted.ConnectionString) { Password = Password }.ConnectionString
        : _database.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _app = new EmptyApp { Variables = [("DATABASE_URL", ConnectionString), ("EMBEDDING_MODEL", "a-model"), ("EMBEDDING_BASE_URL", "http://127.0.0.1:9/v1"), ("EMBEDDING_API_KEY", ApiKey), ("ADMIN_PASSWORD", ChaffeeApp.Password)] };
        await _app.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task No_answer_and_no_line_tells_them_when_the_database_goes_away()
    {
        using var client = await _app.SignedInClientAsync();
        var cookie = await _app.SignedInCookieAsync();
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(_app.Address, IngestionHub.Path), options => options.Headers.Add("Cookie", cookie)).Build();
        await hub.StartAsync(Token);
        _answers.AppendLine((await Assert.ThrowsAsync<HubException>(() => hub.InvokeAsync("NoSuchMethod", Token))).Message);
        await DropAsync();
        foreach (var path in new[] { "/", "/?q=salt", "/library", "/watch/a", "/account/setup?token=a", "/admin", "/api/search?q=salt", "/api/sources", "/api/sources/a/transcript", "/api/suggestions?q=sa", "/health", "/media/a", "/error", "/api/admin/diagnosis", "/api/admin/models" })
            await KeepAsync(await client.GetAsync(new Uri(path, UriKind.Relative), Token));
        await KeepAsync(await client.PostAsync(new Uri("/api/admin/ingest", UriKind.Relative), new StringContent("{", Encoding.UTF8, "application/json"), Token));
        var told = _answers.ToString();
        Assert.Contains("The database does not answer", told, StringComparison.Ordinal);
        Assert.NotEmpty(_app.Log.Lines);
        Assert.All([told, .. _app.Log.Lines], text =>
        {
            Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
            Assert.DoesNotContain(ApiKey, text, StringComparison.Ordinal);
        });
        Assert.DoesNotContain("Npgsql", told, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_logged_with_a_secret_in_it_is_logged_without()
    {
        var log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Anything");

        log.LogError(new InvalidOperationException($"Cannot connect with {ConnectionString};Password={Password}"), "It failed: {ConnectionString}, {Key}", $"Host=db;Password={Password}", ApiKey);

        var line = Assert.Single(_app.Log.Lines, line => line.Contains("It failed", StringComparison.Ordinal));
        Assert.Contains("Host=db;Password=***", line, StringComparison.Ordinal);
        Assert.Contains("Cannot connect with", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, line, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_sets_a_password_is_told_by_the_one_who_should_and_by_nobody_else()
    {
        var logs = _app.Services.GetRequiredService<ILoggerFactory>();

        logs.CreateLogger<FirstAdmin>().LogWarning("Set it here: {Link}", "http://localhost/account/setup?token=abc-first");
        logs.CreateLogger("Anything").LogWarning("Asked: {Link}", "http://localhost/account/setup?token=abc-second");

        Assert.IsType<RedactingLoggerFactory>(logs);
        Assert.Contains(_app.Log.Lines, line => line.Contains("abc-first", StringComparison.Ordinal));
        Assert.DoesNotContain(_app.Log.Lines, line => line.Contains("abc-second", StringComparison.Ordinal));
    }

    private async Task KeepAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.NotEqual(HttpStatusCode.BadGateway, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync(Token);
            _answers.AppendLine(answer.ToString()).AppendLine(text);
        }
    }

    private async Task DropAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        var name = server.Database;
        server.Database = "postgres";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(Token);
        await using var drop = new NpgsqlCommand($"DROP DATABASE \"{name}\" WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync(Token);
    }
}
