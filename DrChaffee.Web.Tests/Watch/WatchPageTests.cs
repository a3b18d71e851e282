using System.Net;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Watch;

[Collection<OnTheApp>]
public sealed class WatchPageTests(ChaffeeApp app)
{
    [Fact]
    public async Task A_link_to_a_second_opens_the_recording_there_and_marks_the_line()
    {
        using var client = app.Client();
        var page = await client.GetStringAsync($"/watch/{await app.KeyOfAsync("salt")}?t=10", TestContext.Current.CancellationToken);

        Assert.Contains("#t=10\"", page, StringComparison.Ordinal);
        Assert.Matches("""<span class="line marked" data-t="10"[^>]*>For an adult""", page);
    }

    [Fact]
    public async Task A_recording_of_youtube_loads_nothing_from_there_before_it_is_asked_for()
    {
        using var client = app.Client();
        var page = await client.GetStringAsync($"/watch/{await app.KeyOfAsync("interview")}", TestContext.Current.CancellationToken);

        Assert.Contains("data-video=\"dQw4w9WgXcQ\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<iframe", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?t=-5")]
    [InlineData("?t=NaN")]
    [InlineData("?t=1e400")]
    [InlineData("?t=later")]
    public async Task A_second_that_makes_no_sense_is_passed_over(string query)
    {
        using var client = app.Client();
        var page = await client.GetStringAsync($"/watch/{await app.KeyOfAsync("salt")}{query}", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("line marked", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_recording_is_a_page_that_says_so()
    {
        using var client = app.Client();
        using var answer = await client.GetAsync(new Uri("/watch/no-such-key", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is nothing at this address", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
