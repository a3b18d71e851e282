using DrChaffee.Domain.Sources;

namespace DrChaffee.Web.Tests.Sources;

public sealed class YoutubeIdTests
{
    [Theory]
    [InlineData("dQw4w9WgXcQ")]
    [InlineData(" dQw4w9WgXcQ ")]
    [InlineData("https://www.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("http://youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s#top")]
    [InlineData("m.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("https://music.youtube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("https://youtu.be/dQw4w9WgXcQ?si=abc&t=3")]
    [InlineData("https://www.youtube.com/embed/dQw4w9WgXcQ?start=3")]
    [InlineData("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ")]
    [InlineData("https://www.youtube.com/shorts/dQw4w9WgXcQ")]
    [InlineData("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share")]
    public void Every_address_of_a_video_gives_its_id(string text)
    {
        Assert.True(YoutubeId.TryParse(text, out var id));
        Assert.Equal("dQw4w9WgXcQ", id.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dQw4w9WgXc")]
    [InlineData("dQw4w9WgXcQQ")]
    [InlineData("dQw4w9WgX Q")]
    [InlineData("https://vimeo.com/dQw4w9WgXcQ")]
    [InlineData("https://notyoutube.com/watch?v=dQw4w9WgXcQ")]
    [InlineData("https://www.youtube.com/watch?v=short")]
    [InlineData("https://www.youtube.com/@channel")]
    [InlineData("https://www.youtube.com/playlist?list=PL1234567890")]
    public void What_names_no_video_gives_none(string? text)
    {
        Assert.False(YoutubeId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Theory]
    [InlineData("Title [dQw4w9WgXcQ].en.vtt", true)]
    [InlineData("/talks/A [live] talk [dQw4w9WgXcQ].info.json", true)]
    [InlineData("Title [dQw4w9WgXcQ].en-US.vtt", true)]
    [InlineData("Title [dQw4w9WgXcQ]", true)]
    [InlineData("Title [not an id].vtt", false)]
    [InlineData("Title [dQw4w9WgXcQ] again.vtt", false)]
    public void A_downloaded_file_names_its_video(string name, bool found)
    {
        Assert.Equal(found, YoutubeId.TryFindInFileName(name, out var id));
        Assert.Equal(found ? "dQw4w9WgXcQ" : "", id.Value);
    }

    [Fact]
    public void The_page_opens_at_the_second_that_has_begun()
    {
        var parsed = YoutubeId.TryParse("dQw4w9WgXcQ", out var id);

        Assert.True(parsed);
        Assert.Equal("https://www.youtube.com/watch?v=dQw4w9WgXcQ", id.WatchUrl());
        Assert.Equal("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=83s", id.WatchUrl(TimeSpan.FromSeconds(83.9)));
        Assert.Equal("https://www.youtube.com/watch?v=dQw4w9WgXcQ", id.WatchUrl(TimeSpan.Zero));
    }
}
