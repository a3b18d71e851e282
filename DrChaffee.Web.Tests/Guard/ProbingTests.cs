using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Guard;

/// <summary>What those who look for a way in try first.</summary>
[Collection<OnTheApp>]
public sealed class ProbingTests(ChaffeeApp app)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/.env")]
    [InlineData("/.git/config")]
    [InlineData("/appsettings.json")]
    [InlineData("/appsettings.Production.json")]
    [InlineData("/web.config")]
    [InlineData("/DrChaffee.Web.dll")]
    [InlineData("/DrChaffee.Web.deps.json")]
    [InlineData("/DrChaffee.Web.staticwebassets.endpoints.json")]
    [InlineData("/yt-dlp-last-error.json")]
    [InlineData("/css/")]
    [InlineData("/js")]
    [InlineData("/fonts/")]
    [InlineData("/media/")]
    [InlineData("/_content/MudBlazor/")]
    [InlineData("/css/../../.env")]
    [InlineData("/css/..%2f..%2f.env")]
    [InlineData("/css/%2e%2e/%2e%2e/.env.example")]
    [InlineData("/css/..%5c..%5c.env.example")]
    [InlineData("/media/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/media/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("/media/%2fetc%2fpasswd")]
    [InlineData("//etc/passwd")]
    [InlineData("/fonts/inter.woff2/../../../../etc/passwd")]
    public async Task There_is_nothing_there(string target)
    {
        var answer = await RawAsync($"GET {target} HTTP/1.1");

        Assert.Equal(404, Status(answer));
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TRACE", "/")]
    [InlineData("TRACE", "/api/search?q=salt")]
    [InlineData("TRACK", "/library")]
    [InlineData("PROPFIND", "/")]
    [InlineData("PUT", "/css/base.css")]
    [InlineData("DELETE", "/library")]
    [InlineData("MADEUP", "/health")]
    [InlineData("CONNECT", "/")]
    public async Task Methods_that_nothing_here_takes_are_refused_and_nothing_is_said_back(string method, string target)
    {
        var answer = await RawAsync($"{method} {target} HTTP/1.1", "X-Secret: echo-me");

        Assert.InRange(Status(answer), 400, 405);
        Assert.DoesNotContain("echo-me", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_or_an_address_without_end_is_refused()
    {
        var longest = await RawAsync($"GET /?q={new string('a', 200_000)} HTTP/1.1");
        var heads = await RawAsync("GET / HTTP/1.1", [.. Enumerable.Range(0, 200).Select(i => $"X-{i}: 1")]);
        var large = await RawAsync("GET / HTTP/1.1", $"X-Large: {new string('a', 40_000)}");

        Assert.Equal((414, 431, 431), (Status(longest), Status(heads), Status(large)));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var client = await app.SignedInClientAsync();
        using var body = new ByteArrayContent(new byte[2_000_000]) { Headers = { ContentType = new("application/json") } };
        HttpStatusCode? status = null;
        try
        {
            using var answer = await client.PutAsync(new Uri("/api/admin/schedule", UriKind.Relative), body, Token);
            status = answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // The line was closed before all was sent.
        }

        Assert.True(status is null or HttpStatusCode.RequestEntityTooLarge, $"{status}");
    }

    [Fact]
    public async Task A_text_in_the_address_is_never_markup_in_the_page()
    {
        using var client = app.Client();
        const string Markup = "\"><script>alert(1)</script>";
        foreach (var path in new[] { "/?q=", "/?q=salt&channel=", "/?q=salt&speaker=", "/?q=salt&source=", "/library?q=", "/library?channel=", "/watch/", "/account/sign-in?return=", "/nothing/", "/account/setup?token=" })
        {
            using var answer = await client.GetAsync(new Uri(path + Uri.EscapeDataString(Markup), UriKind.Relative), Token);
            Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_to_no_other_site(string target)
    {
        await app.SignedInClientAsync();
        using var client = app.Client();
        using var answer = await ChaffeeApp.SubmitAsync(client, $"/account/sign-in?return={Uri.EscapeDataString(target)}", ("Entry.Name", "admin"), ("Entry.Password", ChaffeeApp.Password));

        Assert.Equal("/admin", answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.PathAndQuery : answer.Headers.Location.ToString());
    }

    /// <summary>As the bytes stand, without what a client's library would tidy up.</summary>
    private async Task<string> RawAsync(string line, params IEnumerable<string> headers)
    {
        _ = app.Database.ConnectionString;
        using var socket = new TcpClient();
        await socket.ConnectAsync(app.Address.Host, app.Address.Port, Token);
        await using var stream = socket.GetStream();
        var text = $"{line}\r\nHost: {app.Address.Authority}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            answer.Append(await reader.ReadToEndAsync(Token));
        }
        catch (IOException)
        {
            // It was refused before all of it was read.
        }

        return answer.ToString();
    }

    private static int Status(string answer) => int.Parse(answer.Split(' ', 3)[1], CultureInfo.InvariantCulture);
}
