using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Discovery;

public sealed class RecordingSieveTests
{
    private static readonly Recording Talk = new(new FetchPlan(FetchKind.Http, "https://example.org/a.mp3"), "Salt and blood, part 1", new ChannelFacts("rss", "https://example.org", "Talks"))
    {
        Duration = TimeSpan.FromMinutes(30),
        PublishedAt = new DateTimeOffset(2024, 3, 5, 0, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public void Each_rule_says_why_it_leaves_a_recording_out()
    {
        Assert.Null(RecordingSieve.Reason(Talk, RecordingFilter.Everything));
        Assert.Equal("shorter than two minutes", RecordingSieve.Reason(Talk with { Duration = TimeSpan.FromSeconds(119.9) }, new RecordingFilter { SkipShorts = true }));
        Assert.Null(RecordingSieve.Reason(Talk with { Duration = TimeSpan.FromSeconds(120) }, new RecordingFilter { SkipShorts = true }));
        Assert.Equal("shorter than 45 minutes", RecordingSieve.Reason(Talk, new RecordingFilter { Shortest = TimeSpan.FromMinutes(45) }));
        Assert.Equal("longer than 20 minutes", RecordingSieve.Reason(Talk, new RecordingFilter { Longest = TimeSpan.FromMinutes(20) }));
        Assert.Equal("published before 2024-03-06", RecordingSieve.Reason(Talk, new RecordingFilter { Since = new DateOnly(2024, 3, 6) }));
        Assert.Equal("no title pattern matches it", RecordingSieve.Reason(Talk, new RecordingFilter { Titles = ["^water", "kidney"] }));
        Assert.Equal("the title pattern 'PART \\d' leaves it out", RecordingSieve.Reason(Talk, new RecordingFilter { Titles = ["salt"], NotTitles = ["PART \\d"] }));
        Assert.Equal("it is being broadcast, and not there as a whole yet", RecordingSieve.Reason(Talk with { Availability = Availability.Live }, RecordingFilter.Everything));
        Assert.Equal("it has not begun yet", RecordingSieve.Reason(Talk with { Availability = Availability.Upcoming }, RecordingFilter.Everything));
        Assert.Equal("it is for members only", RecordingSieve.Reason(Talk with { Availability = Availability.MembersOnly }, RecordingFilter.Everything));
        Assert.Null(RecordingSieve.Reason(Talk with { Availability = Availability.MembersOnly }, new RecordingFilter { SkipMembersOnly = false }));
    }

    [Fact]
    public void What_is_not_known_never_leaves_a_recording_out()
    {
        var unknown = Talk with { Duration = null, PublishedAt = null };

        Assert.Null(RecordingSieve.Reason(unknown, new RecordingFilter { SkipShorts = true, Shortest = TimeSpan.FromHours(1), Longest = TimeSpan.FromMinutes(1), Since = new DateOnly(2030, 1, 1) }));
    }

    [Fact]
    public void A_pattern_that_would_never_end_is_told_and_harms_nobody()
    {
        var endless = Talk with { Title = new string('a', 40) + "!" };

        Assert.Null(RecordingSieve.Reason(endless, new RecordingFilter { NotTitles = ["^(a+)+$"] })); // linear in time
        Assert.Contains("takes too long", RecordingSieve.Reason(endless, new RecordingFilter { NotTitles = [@"^(?=a)(a+)+$"] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", false)]
    [InlineData("^salt", true)]
    [InlineData("(?<!x)salt", true)]
    public void A_pattern_is_checked_before_it_is_kept(string pattern, bool good) => Assert.Equal(good, RecordingSieve.Fault(pattern) is null);

    [Theory]
    [InlineData("@PlainTalk", "https://www.youtube.com/@PlainTalk")]
    [InlineData("https://www.youtube.com/@PlainTalk/videos?x=1", "https://www.youtube.com/@PlainTalk")]
    [InlineData("youtube.com/channel/UCabcdefghijklmnopqrstuv/featured", "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv")]
    [InlineData("https://m.youtube.com/c/PlainTalk", "https://www.youtube.com/c/PlainTalk")]
    [InlineData("https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PLabc_123", "https://www.youtube.com/playlist?list=PLabc_123")]
    [InlineData("https://youtu.be/dQw4w9WgXcQ?t=5", "https://www.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("https://example.org/@PlainTalk", null)]
    [InlineData("https://notyoutube.com/@PlainTalk", null)]
    [InlineData("--exec=rm", null)]
    public void A_channel_of_YouTubes_has_one_address(string text, string? address) => Assert.Equal(address, ChannelAddress.Youtube(text));

    [Fact]
    public void The_uploads_of_a_channel_are_a_playlist() =>
        Assert.Equal("https://www.youtube.com/playlist?list=UUabcdefghijklmnopqrstuv", ChannelAddress.UploadsOf(ChannelAddress.ChannelIdOf("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv")!));
}
