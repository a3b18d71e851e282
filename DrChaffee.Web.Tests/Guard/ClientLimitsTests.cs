using System.Net;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Guard;

/// <summary>Each test asks from addresses of its own, as a proxy tells them.</summary>
public sealed class ClientLimitsTests(ClientLimitsTests.LimitedApp app) : IClassFixture<ClientLimitsTests.LimitedApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/search?q=salt", "203.0.113.1")]
    [InlineData("/api/suggestions?q=sa", "203.0.113.2")]
    public async Task Who_asks_too_often_is_told_how_long_to_wait_and_nobody_else_is(string path, string client)
    {
        using var first = await GetAsync(path, client);
        using var second = await GetAsync(path, client);
        using var third = await GetAsync(path, client);
        using var other = await GetAsync(path, "203.0.113.99");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK], new[] { first, second, third, other }.Select(answer => answer.StatusCode));
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("application/problem+json", third.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("This address asks too often; wait ", (await third.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(90)]
    [InlineData(119)]
    [InlineData(1_000_000)]
    public void What_comes_back_in_a_minute_is_what_a_minute_allows(int perMinute)
    {
        var bucket = ClientLimits.Bucket(perMinute);

        Assert.Equal(perMinute, bucket.TokenLimit);
        Assert.Equal(1, bucket.TokensPerPeriod * (TimeSpan.FromMinutes(1) / bucket.ReplenishmentPeriod) / perMinute, tolerance: 0.01);
    }

    [Fact]
    public async Task A_network_of_IPv6_is_one_client()
    {
        using var first = await GetAsync("/api/search?q=salt", "2001:db8:1:2::1");
        using var second = await GetAsync("/library", "2001:db8:1:2:ffff::7");
        using var third = await GetAsync("/", "2001:db8:1:2::3");
        using var next = await GetAsync("/", "2001:db8:1:3::1");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK], new[] { first, second, third, next }.Select(answer => answer.StatusCode));
        Assert.Equal("text/plain", third.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Health_and_files_are_never_refused()
    {
        for (var i = 0; i < 10; i++)
        {
            foreach (var path in new[] { "/health", "/health/live", "/css/base.css" })
            {
                using var answer = await GetAsync(path, "203.0.113.4");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }
    }

    [Fact]
    public async Task Passwords_cannot_be_tried_by_the_hundred_and_the_one_who_tries_is_the_one_who_waits()
    {
        await using var behind = new EmptyApp { Variables = [("TRUSTED_PROXIES", "127.0.0.1")] };
        await behind.InitializeAsync();
        await behind.Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, ChaffeeApp.Password, Token);
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.OK, await SignInAsync(behind, "203.0.113.5", "wrong"));

        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(behind, "203.0.113.5", ChaffeeApp.Password));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(behind, "203.0.113.6", ChaffeeApp.Password)); // heard and refused: the account is locked, this address is not
    }

    [Fact]
    public async Task What_a_stranger_says_of_another_address_is_not_believed()
    {
        await using var alone = new EmptyApp { Variables = [("RATE_LIMIT_SEARCH", "2"), ("ForwardedHeaders_Enabled", "true")] };
        await alone.InitializeAsync();
        using var client = alone.Client();
        var answers = new List<HttpStatusCode>();
        for (var i = 1; i <= 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/library") { Headers = { { "X-Forwarded-For", $"198.51.100.{i}" } } };
            using var answer = await client.SendAsync(request, Token);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers);
    }

    [Fact]
    public async Task Only_the_hop_behind_the_last_trusted_one_is_believed()
    {
        using var first = await GetAsync("/library", "192.0.2.1, 203.0.113.8");
        using var second = await GetAsync("/library", "192.0.2.2, 203.0.113.8, 127.0.0.9");
        using var third = await GetAsync("/library", "192.0.2.3, 203.0.113.8");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], new[] { first, second, third }.Select(answer => answer.StatusCode));
    }

    private static async Task<HttpStatusCode> SignInAsync(ChaffeeApp app, string address, string password)
    {
        using var client = app.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        using var answer = await ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", AccountBook.Admin), ("Entry.Password", password));
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string address)
    {
        using var client = app.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", address } } };
        return await client.SendAsync(request, Token);
    }

    public sealed class LimitedApp : ChaffeeApp
    {
        public LimitedApp() => Variables = [("TRUSTED_PROXIES", "127.0.0.0/8, ::1"), ("RATE_LIMIT_SEARCH", "2"), ("RATE_LIMIT_SUGGESTIONS", "2")];

        protected override Task FillAsync() => Task.CompletedTask;
    }
}
