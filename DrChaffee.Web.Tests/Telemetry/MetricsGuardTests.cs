using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Telemetry;

[Collection<OnTheApp>]
public sealed class MetricsGuardTests(ChaffeeApp app)
{
    private const string MetricsToken = "a-token-of-the-test-0123456789";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Programs_on_this_machine_read_them()
    {
        using var client = app.Client();
        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative), Token);

        Assert.Equal((HttpStatusCode.OK, "text/plain"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_operations_names_every_figure_of_ours()
    {
        using var client = app.Client();
        var names = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (figure, _) =>
        {
            if (figure.Meter.Name.StartsWith("DrChaffee.", StringComparison.Ordinal)) names.TryAdd(figure.Name, true);
        };

        listener.Start();
        var page = File.ReadAllText(RepositoryFolder.Of("docs/operations.md"));

        Assert.True(names.Count > 12, string.Join(", ", names.Keys));
        Assert.All(names.Keys, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "X-Forwarded-For", "203.0.113.9")]
    [InlineData("GET", "X-Forwarded-For", "127.0.0.1")]
    [InlineData("GET", "Forwarded", "for=127.0.0.1")]
    [InlineData("GET", "Via", "1.1 proxy")]
    [InlineData("GET", "Host", "talks.example.org")]
    [InlineData("GET", "Host", "127.0.0.1.example.org")]
    [InlineData("POST", "Accept", "*/*")]
    public async Task What_a_proxy_on_this_machine_passes_on_is_refused(string method, string header, string value)
    {
        using var client = app.Client();
        using var answer = await AskAsync(client, method, header, value);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1, 203.0.113.9")]
    public async Task So_is_what_a_trusted_one_does_whoever_it_says_has_asked(string from)
    {
        await using var behind = new EmptyApp { Variables = [("TRUSTED_PROXIES", "127.0.0.1")] };
        await behind.InitializeAsync();
        using var client = behind.Client();
        using var straight = await client.GetAsync(new Uri("/metrics", UriKind.Relative), Token);
        using var answer = await AskAsync(client, "GET", "X-Forwarded-For", from);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (straight.StatusCode, answer.StatusCode));
    }

    [Fact]
    public async Task With_a_token_whoever_sends_it_reads_them_and_nobody_else_does()
    {
        await using var guarded = new EmptyApp { Variables = [("METRICS_TOKEN", MetricsToken)] };
        await guarded.InitializeAsync();
        using var client = guarded.Client();
        await client.ProblemAsync("/metrics", HttpStatusCode.Unauthorized);
        using var wrong = await AskAsync(client, "GET", "Authorization", $"Bearer {MetricsToken}0");
        using var plain = await AskAsync(client, "GET", "Authorization", MetricsToken);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", MetricsToken);
        using var straight = await AskAsync(client, "GET", "Accept", "*/*");
        using var passedOn = await AskAsync(client, "GET", "X-Forwarded-For", "203.0.113.9");
        using var posted = await AskAsync(client, "POST", "Accept", "*/*");

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (wrong.StatusCode, wrong.Headers.WwwAuthenticate.ToString()));
        Assert.Equal(HttpStatusCode.Unauthorized, plain.StatusCode);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.MethodNotAllowed), (straight.StatusCode, passedOn.StatusCode, posted.StatusCode));
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string method, string header, string value)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/metrics");
        request.Headers.TryAddWithoutValidation(header, value);
        return await client.SendAsync(request, Token);
    }
}
