using System.Net;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Search;

[Collection<OnTheApp>]
public sealed class SearchPageTests(ChaffeeApp app)
{
    [Fact]
    public async Task The_first_page_offers_questions_that_the_library_answers()
    {
        using var client = app.Client();
        var page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains(ChaffeeApp.SaltQuestion, page, StringComparison.Ordinal);
        Assert.DoesNotContain("blazor.web", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_stand_in_the_page_without_any_script()
    {
        using var client = app.Client();
        var page = await client.GetStringAsync($"/?q={Uri.EscapeDataString(ChaffeeApp.SaltQuestion)}", TestContext.Current.CancellationToken);

        Assert.Contains("<mark>salt</mark>", page, StringComparison.Ordinal);
        Assert.Contains("?t=", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_said_or_asked_never_becomes_markup()
    {
        using var client = app.Client();
        var page = WebUtility.UrlEncode("pressure heart <script>alert(1)</script> <b>watch</b>");
        var html = await client.GetStringAsync($"/?q={page}", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?q=zzzzqqqq&source=no-such-key")]
    [InlineData("/?q=salt&page=999")]
    [InlineData("/?q=salt&page=abc")]
    [InlineData("/?q=%00")]
    public async Task An_odd_address_gives_a_page(string address)
    {
        using var client = app.Client();
        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
