using System.Net;
using CsCheck;
using DrChaffee.Benchmarks;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Search;

[Collection<OnTheTalks>]
public sealed class GeneratedQueriesTests(TalksApp app)
{
    private static readonly string[] Words = ["kidney", "stones", "water", "arteries", "walk", "potassium", "magnesium", "cramps", "oatmeal", "Ann", "Riverton"];

    [Fact]
    public async Task Whatever_is_asked_the_interface_answers_and_no_error_is_logged()
    {
        using var client = app.Client();

        await Gen.Int.Select(seed => QueryNoise.Query(new Random(seed), Words)).SampleAsync(
            async query => await AnswersAsync(client, $"/api/search?facets=true&q={Uri.EscapeDataString(query)}"), iter: 400, threads: 2);

        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Whatever_is_asked_there_is_a_page()
    {
        using var client = app.Client();

        await Gen.Int.Select(seed => QueryNoise.Query(new Random(seed), Words)).SampleAsync(
            async query => await AnswersAsync(client, $"/?q={Uri.EscapeDataString(query)}") == HttpStatusCode.OK, iter: 60, threads: 2);
    }

    [Fact]
    public async Task Whatever_is_typed_suggestions_answer()
    {
        using var client = app.Client();

        await Gen.Int.Select(seed => QueryNoise.Query(new Random(seed), Words)).Where(query => query.Length <= 500).SampleAsync(
            async query => await AnswersAsync(client, $"/api/suggestions?q={Uri.EscapeDataString(query)}") == HttpStatusCode.OK, iter: 100, threads: 2);
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("%FF%FE")]
    [InlineData("%ED%A0%80 salt")]
    [InlineData("%")]
    [InlineData("a%00b%E2%80%AE")]
    public async Task Bytes_that_are_no_text_do_no_harm(string query)
    {
        using var client = app.Client();
        using var answer = await client.GetAsync(new Uri($"/api/search?q={query}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
    }

    /// <summary>200, or 400 where nothing is left to ask.</summary>
    private static async Task<HttpStatusCode> AnswersAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{(int)answer.StatusCode}");
        return answer.StatusCode;
    }
}
