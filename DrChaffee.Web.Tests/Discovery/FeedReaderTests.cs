using System.Text;
using DrChaffee.Ingestion.Discovery.Podcasts;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Discovery;

public sealed class FeedReaderTests
{
    private const string Start = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Plain talk</title><itunes:image href="/cover.jpg"/>""";
    private const string End = "</channel></rss>";

    [Fact]
    public void An_episode_is_read_with_all_that_its_feed_tells()
    {
        var feed = Read(Start + """
            <item>
              <title>Salt &amp; blood</title>
              <guid isPermaLink="false">9b2d1c44-0f6a-4b1e-8a53-1f6f0c7d2e11</guid>
              <link>https://example.org/salt</link>
              <pubDate>Tue, 05 Mar 2024 08:30:00 EST</pubDate>
              <description><![CDATA[<p>How much <b>salt</b>?</p><p>Too&nbsp;much.</p>]]></description>
              <itunes:duration>1:02:03</itunes:duration>
              <itunes:image href="https://example.org/salt.jpg"/>
              <enclosure url="https://cdn.example.org/salt.mp3?x=1" length="1" type="audio/mpeg"/>
              <podcast:transcript url="/salt.html" type="text/html"/>
              <podcast:transcript url="/salt.json" type="application/json"/>
              <podcast:transcript url="/salt.srt" type="application/srt"/>
            </item>
            """ + End);

        var episode = Assert.Single(feed.Episodes);
        Assert.Equal(("Plain talk", "https://feeds.example.org/cover.jpg"), (feed.Title, feed.Image));
        Assert.Equal(("Salt & blood", "9b2d1c44-0f6a-4b1e-8a53-1f6f0c7d2e11", "How much salt?\nToo much."), (episode.Title, episode.Guid, episode.Description));
        Assert.Equal(("https://cdn.example.org/salt.mp3?x=1", "https://feeds.example.org/salt.srt", "https://example.org/salt"), (episode.Media.AbsoluteUri, episode.Captions?.AbsoluteUri, episode.Page?.AbsoluteUri));
        Assert.Equal((new DateTimeOffset(2024, 3, 5, 13, 30, 0, TimeSpan.Zero), new TimeSpan(1, 2, 3), "https://example.org/salt.jpg"), (episode.PublishedAt, episode.Duration, episode.Image));
    }

    [Fact]
    public void The_id_of_an_episode_without_one_does_not_tell_what_lets_one_in()
    {
        var feed = Read(Start + """
            <item><title>Open</title><enclosure url="https://cdn.example.org/open.mp3" type="audio/mpeg"/></item>
            <item><title>One</title><enclosure url="https://who:knows@cdn.example.org/get?token=let-me-in&amp;id=1" type="audio/mpeg"/></item>
            <item><title>Two</title><enclosure url="https://who:knows@cdn.example.org/get?token=let-me-in&amp;id=2" type="audio/mpeg"/></item>
            """ + End);

        Assert.Equal("https://cdn.example.org/open.mp3", feed.Episodes[0].Guid);
        Assert.Equal(3, feed.Episodes.DistinctBy(episode => episode.Guid).Count());
        Assert.All(feed.Episodes.Skip(1), episode => Assert.Matches("^https://cdn.example.org/get#[0-9a-f]{16}$", episode.Guid));
    }

    [Fact]
    public void Atom_is_read_as_well()
    {
        var feed = Read("""
            <feed xmlns="http://www.w3.org/2005/Atom"><title>Plain talk</title>
              <entry><id>urn:1</id><title>Salt</title><published>2024-03-05T08:30:00+01:00</published><summary>Too much.</summary>
                <link rel="alternate" href="https://example.org/salt"/><link rel="enclosure" type="audio/ogg" href="https://example.org/salt.ogg"/></entry>
              <entry><id>urn:2</id><title>Only words</title></entry>
            </feed>
            """);

        var episode = Assert.Single(feed.Episodes);
        Assert.Equal(("urn:1", "Salt", "https://example.org/salt.ogg", "https://example.org/salt"), (episode.Guid, episode.Title, episode.Media.AbsoluteUri, episode.Page?.AbsoluteUri));
        Assert.Equal(new DateTimeOffset(2024, 3, 5, 7, 30, 0, TimeSpan.Zero), episode.PublishedAt);
    }

    [Theory]
    [InlineData("3723", 3723.0)]
    [InlineData("62:03", 3723.0)]
    [InlineData("01:02:03", 3723.0)]
    [InlineData(" 0:01:30.5 ", 90.5)]
    [InlineData("0", null)]
    [InlineData("an hour", null)]
    [InlineData("1:2:3:4", null)]
    [InlineData("99999999999", null)]
    public void Lengths_are_read_as_feeds_write_them(string text, double? seconds) => Assert.Equal(seconds, EpisodeReader.Duration(text)?.TotalSeconds);

    [Theory]
    [InlineData("Tue, 05 Mar 2024 08:30:00 GMT", "2024-03-05T08:30:00Z")]
    [InlineData("Mon, 5 Mar 2024 08:30:00 +0200", "2024-03-05T06:30:00Z")]
    [InlineData("05 Mar 2024 08:30 PDT", "2024-03-05T15:30:00Z")]
    [InlineData("2024-03-05", "2024-03-05T00:00:00Z")]
    [InlineData("yesterday", null)]
    public void Dates_are_read_as_feeds_write_them(string text, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), FeedDate.Read(text));

    [Fact]
    public void Entities_that_grow_and_files_that_are_named_are_refused()
    {
        const string Laughs = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>""";
        const string Outside = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>""";

        Assert.All([Laughs, Outside], text => Assert.Contains("document type definition", Refused(text), StringComparison.Ordinal));
    }

    [Fact]
    public void What_lies_too_deep_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000));

        Assert.Contains("too deep", Refused($"{Start}<item>{deep}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html><body>Not here</body></html>", "is not a feed: it begins with <html>")]
    [InlineData("<rss><channel><item></channel></rss>", "is not well-formed XML")]
    [InlineData("no feed at all", "is not well-formed XML")]
    [InlineData("", "is not well-formed XML")]
    public void What_is_no_feed_is_told_in_a_sentence(string text, string sentence) => Assert.Contains(sentence, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void A_number_is_the_id_of_an_episode_in_its_feed_only()
    {
        Assert.Equal("9b2d1c44-0f6a-4b1e-8a53-1f6f0c7d2e11", PodcastFinder.IdOf("9b2d1c44-0f6a-4b1e-8a53-1f6f0c7d2e11", "a"));
        Assert.NotEqual(PodcastFinder.IdOf("12", "a"), PodcastFinder.IdOf("12", "b"));
        Assert.Equal(PodcastFinder.IdOf("https://example.org/?p=12", "a"), PodcastFinder.IdOf("https://example.org/?p=12", "b"));
        Assert.NotEqual(PodcastFinder.IdOf("https://example.org/?p=12", "a"), PodcastFinder.IdOf("https://example.org/?p-12", "a"));
        Assert.Matches("^[a-z0-9-]{1,60}$", PodcastFinder.IdOf(new string('é', 5000), "a"));
    }

    private static string Refused(string text) => Assert.Throws<IngestionException>(() => Read(text)).Message;

    private static PodcastFeed Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return FeedReader.Read(stream, new Uri("https://feeds.example.org/plain.xml"));
    }
}
