using System.Text.Json.Nodes;
using DrChaffee.Domain.Settings;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Features.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Support;

public sealed class SupportRedactorTests
{
    private static readonly SupportRedactor Redactor = new(SecretRedactor.WithoutSettings);

    [Theory]
    [InlineData("GET https://feeds.example:8443/private/s3cret/rss?auth=s3cret#s3cret failed", "GET https://feeds.example:8443/… failed")]
    [InlineData("(https://ann:s3/cret@feeds.example/a)", "(https://ann/…")]
    [InlineData("https://s3cret@feeds.example/a", "https://feeds.example/…")]
    [InlineData("postgresql://ann:s3cret@db:5432/library", "postgresql://db:5432/…")]
    [InlineData("Asked /watch/a?t=3&token=s3cret by hand", "Asked /watch/a?… by hand")]
    [InlineData("auth=s3cret; user = s3cret", "auth=***; user = ***")]
    [InlineData("Asked for by ann.b+c@mail.example.org.", "Asked for by ***@***.")]
    [InlineData("hash 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef end", "hash *** end")]
    [InlineData("podcast-https---feeds-example-ep-mp3-token-s3cret", "podcast-https---…")]
    [InlineData("How much salt? 12 of 13 (92 %), see the log.", "How much salt? 12 of 13 (92 %), see the log.")]
    [InlineData("youtube-dQw4w9WgXcQ at 8d4c501a21e4 in /var/lib/data", "youtube-dQw4w9WgXcQ at 8d4c501a21e4 in /var/lib/data")]
    public void Of_an_address_the_host_stays_and_what_may_be_secret_goes(string text, string clean) => Assert.Equal(clean, Redactor.Clean(text));

    [Fact]
    public void Every_text_of_a_tree_is_cleaned_and_the_rest_stays()
    {
        var tree = JsonNode.Parse("""{"a":[{"password":"Password=s3cret"},["ann@example.org",1,null,true]],"b":"plain"}""");

        Assert.Equal("""{"a":[{"password":"Password=***"},["***@***",1,null,true]],"b":"plain"}""", Redactor.Clean(tree)!.ToJsonString());
    }

    [Fact]
    public void The_last_thousand_lines_are_kept_and_long_ones_cut()
    {
        var log = new RecentLog(new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 2, 3, 4, TimeSpan.Zero)));
        for (var line = 0; line < 1_500; line++) log.Add(LogLevel.Warning, "Anything", $"line {line}", thrown: null);
        log.Add(LogLevel.Error, "Anything", new string('x', 100_000), "System.Exception: no");

        Assert.Equal(1_000, log.Lines.Count);
        Assert.Equal("2026-11-26T02:03:04.000Z Warning Anything: line 501", log.Lines[0]);
        Assert.InRange(log.Lines[^1].Length, 1_000, 5_000);
    }
}
