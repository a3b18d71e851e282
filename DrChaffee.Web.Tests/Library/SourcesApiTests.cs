using System.Net;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Library;

[Collection<OnTheApp>]
public sealed class SourcesApiTests(ChaffeeApp app)
{
    [Fact]
    public async Task The_library_is_listed_with_its_total()
    {
        using var client = app.Client();
        var list = await client.JsonAsync("/api/sources?take=2&order=title");

        Assert.Equal(["total", "items"], list.Names());
        Assert.Equal(4, list.GetProperty("total").GetInt32());
        Assert.Equal(2, list.GetProperty("items").GetArrayLength());
        Assert.Superset(
            new HashSet<string> { "source_key", "title", "source_type", "channel", "published_at", "duration", "state", "speakers" },
            list.GetProperty("items")[0].Names().ToHashSet());
    }

    [Fact]
    public async Task Words_narrow_the_list()
    {
        using var client = app.Client();
        var list = await client.JsonAsync("/api/sources?q=salt");

        Assert.Equal(1, list.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task What_failed_without_a_transcript_is_not_listed_and_its_reason_is_for_those_who_are_signed_in()
    {
        const string Reason = "The file /srv/broken.mp3 is no audio.";
        using var client = app.Client();
        using var admin = await app.SignedInClientAsync();
        await app.Database.ScalarAsync<object>(
            $"""
            INSERT INTO sources (source_type, source_id, key, title, state, stage, state_reason, attempts, fencing_token, version)
            VALUES ('file', 'broken', 'file-broken', 'A broken talk', 'failed', 'decode', '{Reason}', 1, 1, 0)
            """);
        try
        {
            var list = await client.JsonAsync("/api/sources");
            var page = await client.GetStringAsync("/library", TestContext.Current.CancellationToken);
            var told = await client.JsonAsync("/api/sources/file-broken");
            var toldToAdmin = await admin.JsonAsync("/api/sources/file-broken");

            Assert.Equal(4, list.GetProperty("total").GetInt32());
            Assert.DoesNotContain("A broken talk", page, StringComparison.Ordinal);
            Assert.Null(told.GetProperty("state_reason").GetString());
            Assert.Equal(Reason, toldToAdmin.GetProperty("state_reason").GetString());
        }
        finally
        {
            await app.Database.ScalarAsync<object>("DELETE FROM sources WHERE key = 'file-broken'");
        }
    }

    [Theory]
    [InlineData("/api/sources?order=random", "order is 'random'; write newest, oldest, title or longest.")]
    [InlineData("/api/sources?state=lost", "state is 'lost'; write queued, working, waiting, done or failed.")]
    [InlineData("/api/sources/{key}/transcript?format=pdf", "format is 'pdf'; write txt, srt, vtt, csv or json.")]
    public async Task A_parameter_that_cannot_be_used_is_named_in_one_sentence(string address, string sentence)
    {
        using var client = app.Client();

        Assert.Equal(sentence, await client.ProblemAsync(address, HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("/api/sources/no-such-key")]
    [InlineData("/api/sources/no-such-key/transcript")]
    public async Task An_unknown_key_is_a_problem_that_names_it(string address)
    {
        using var client = app.Client();

        Assert.Equal("No recording has the key no-such-key.", await client.ProblemAsync(address, HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("json", "application/json", "\"lines\"")]
    [InlineData("txt", "text/plain", "Doctor")]
    [InlineData("srt", "application/x-subrip", "00:00:05,000 --> ")]
    [InlineData("vtt", "text/vtt", "WEBVTT")]
    [InlineData("csv", "text/csv", "start,end,speaker,text")]
    public async Task A_transcript_is_given_in_every_format(string format, string type, string holds)
    {
        using var client = app.Client();
        var key = await app.KeyOfAsync("salt");
        using var answer = await client.GetAsync(new Uri($"/api/sources/{key}/transcript?format={format}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(holds, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_keeps_its_filters_in_the_address()
    {
        using var client = app.Client();
        var page = await client.GetStringAsync("/library?q=walk&order=title", TestContext.Current.CancellationToken);

        Assert.Contains("1 recording", page, StringComparison.Ordinal);
        Assert.Contains("value=\"walk\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"title\" selected", page, StringComparison.Ordinal);
    }
}
