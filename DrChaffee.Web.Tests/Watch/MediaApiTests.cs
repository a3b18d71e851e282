using System.Net;
using System.Net.Http.Headers;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Watch;

[Collection<OnTheApp>]
public sealed class MediaApiTests(ChaffeeApp app)
{
    [Fact]
    public async Task A_range_of_the_recording_is_given_as_a_player_asks_for_it()
    {
        using var client = app.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/media/{await app.KeyOfAsync("salt")}") { Headers = { Range = new RangeHeaderValue(0, 3) } };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("audio/wav", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("RIFF", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_recording_that_is_not_on_this_machine_is_a_problem()
    {
        using var client = app.Client();
        var key = await app.KeyOfAsync("interview");

        Assert.Equal($"This machine has no audio or video of {key}.", await client.ProblemAsync($"/media/{key}", HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("a.m4a", "audio/mp4")]
    [InlineData("a.opus", "audio/ogg")]
    [InlineData("a.mp3", "audio/mpeg")]
    [InlineData("a.webm", "video/webm")]
    [InlineData("a.strange", "application/octet-stream")]
    public void The_content_type_follows_the_name(string name, string type) => Assert.Equal(type, Features.Watch.MediaApi.ContentType(name));
}
