using System.Net;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Web.Tests.Telemetry;

public sealed class JsonLogTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Secret = "nobody-may-read-this-0123456789";

    private static readonly Uri Place = new($"https://example.org/{Secret}");

    /// <summary>The server refuses with a sentence that names the database: here that name is a secret as well.</summary>
    [Fact]
    public async Task Each_line_is_an_object_that_names_its_trace_and_holds_no_secret()
    {
        var missing = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = Secret }.ConnectionString;
        await using var server = await ServedProcess.StartAsync(("DATABASE_URL", missing), ("EMBEDDING_API_KEY", Secret), ("API_ONLY_MODE", "true"), ("LOG_FORMAT", "json"));
        using var client = server.Client();
        using var answer = await client.GetAsync(new Uri("/api/sources", UriKind.Relative), TestContext.Current.CancellationToken);
        var trace = (await answer.JsonAsync()).GetProperty("trace_id").GetString()!.Split('-')[1];
        await Poll.UntilAsync(() => Task.FromResult(server.Log.Contains(trace, StringComparison.Ordinal)));

        var lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.All(lines, line => Assert.True(line.TryGetProperty("Message", out _) && line.TryGetProperty("LogLevel", out _) && line.GetProperty("Timestamp").GetDateTimeOffset().Offset == TimeSpan.Zero));
        Assert.Contains(lines, line => line.TryGetProperty("Scopes", out var scopes) && scopes.EnumerateArray().Any(scope => scope.TryGetProperty("TraceId", out var id) && id.GetString() == trace));
        Assert.Contains("***", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_a_named_value_nor_a_scope_holds_a_secret()
    {
        var kept = new KeptLog();
        using var inner = new LoggerFactory([kept]);
        using var logs = new RedactingLoggerFactory(inner, new SecretRedactor(new ChaffeeSettings { ConnectionString = "", Secrets = [Secret] }), new RecentLog(TimeProvider.System));
        var log = logs.CreateLogger("Anything");

        using (log.BeginScope("In {Place} with {Key}, {Tries} times", Place, Secret, 3))
        using (log.BeginScope($"As {Secret}"))
        {
            log.Log(LogLevel.Warning, 0, new Dictionary<string, object?>(StringComparer.Ordinal) { ["Key"] = Secret }, exception: null, (_, _) => "It went wrong.");
            log.Log(LogLevel.Warning, 0, new Dictionary<string, object?>(StringComparer.Ordinal) { ["Place"] = Place }, exception: null, (_, _) => "It was not there.");
        }

        Assert.Equal(
            [
                "In https://example.org/*** with ***, 3 times: Place=https://example.org/***, Key=***, Tries=3, {OriginalFormat}=In {Place} with {Key}, {Tries} times",
                "As ***: ", "It went wrong.", "It was not there.",
            ],
            kept.States.Select(Written));
    }

    /// <summary>What a line or a scope is made of, as a log writes it: its text, and its values by name.</summary>
    private static string Written(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values ? $"{state}: {string.Join(", ", values.Select(value => $"{value.Key}={value.Value}"))}" : $"{state}";

    /// <summary>Keeps what lines and scopes are made of.</summary>
    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        public List<object?> States { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            States.Add(state);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => States.Add(state);

        public void Dispose()
        {
        }
    }
}
