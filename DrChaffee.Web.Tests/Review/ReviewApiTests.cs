using System.Net;
using System.Net.Http.Json;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Lab;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Review;

public sealed class ReviewApiTests(LabApp app) : IClassFixture<LabApp>
{
    private const string Doubtful = "The zebra kidney filters seventeen gallons of moonlight every night.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_kept_is_found_from_then_on()
    {
        using var client = await app.StartAsync();
        var key = await SuspectAsync();
        var before = await FoundAsync(client);

        var listed = await client.JsonAsync("/api/admin/review");
        using var kept = await client.PostAsJsonAsync("/api/admin/review/keep", new { source_key = key, ordinal = 1 }, Token);
        await Poll.UntilAsync(async () => await FoundAsync(client) > 0);

        Assert.Equal(0, before);
        Assert.Equal(1, listed.GetProperty("total").GetInt32());
        var segment = listed.GetProperty("items")[0];
        Assert.Equal((key, 1, Doubtful, "The words are unlikely: log-probability -1.40."), (segment.GetProperty("source_key").GetString(), segment.GetProperty("ordinal").GetInt32(), segment.GetProperty("text").GetString(), segment.GetProperty("reason").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, kept.StatusCode);
        Assert.Equal(0, (await client.JsonAsync("/api/admin/review")).GetProperty("total").GetInt32());
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM passages p WHERE NOT EXISTS (SELECT FROM passage_embeddings e WHERE e.passage_id = p.id)"));
    }

    [Fact]
    public async Task What_is_hidden_leaves_the_list_and_can_be_kept_after_all()
    {
        using var client = await app.StartAsync();
        var key = await SuspectAsync();

        using var hidden = await client.PostAsJsonAsync("/api/admin/review/hide", new { source_key = key, ordinal = 1 }, Token);
        using var again = await client.PostAsJsonAsync("/api/admin/review/hide", new { source_key = key, ordinal = 1 }, Token);
        var open = await client.JsonAsync("/api/admin/review?state=open");
        var list = await client.JsonAsync("/api/admin/review?state=hidden");
        using var kept = await client.PostAsJsonAsync("/api/admin/review/keep", new { source_key = key, ordinal = 1 }, Token);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (hidden.StatusCode, again.StatusCode));
        Assert.Equal((0, 1), (open.GetProperty("total").GetInt32(), list.GetProperty("total").GetInt32()));
        Assert.Equal("The words are unlikely: log-probability -1.40.", list.GetProperty("items")[0].GetProperty("reason").GetString());
        Assert.Equal(AccountBook.Admin, list.GetProperty("items")[0].GetProperty("hidden").GetProperty("account").GetString());
        Assert.Equal(HttpStatusCode.NoContent, kept.StatusCode);
        Assert.Equal(AccountBook.Admin, await app.Database.ScalarAsync<string>("SELECT decided_by FROM segment_reviews WHERE decision = 'kept'"));
        Assert.Equal(0, (await client.JsonAsync("/api/admin/review?state=hidden")).GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("""{"source_key":"file-none","ordinal":1}""", HttpStatusCode.NotFound, "No suspect segment of file-none has the place 1.")]
    [InlineData("""{"source_key":"file-none"}""", HttpStatusCode.BadRequest, "source_key or ordinal is missing; write the recording's key and the segment's place in it.")]
    public async Task What_cannot_be_decided_is_told_in_one_sentence(string body, HttpStatusCode status, string sentence)
    {
        using var client = await app.StartAsync();
        foreach (var decision in (string[])["keep", "hide"])
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri($"/api/admin/review/{decision}", UriKind.Relative), content, Token);

            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(sentence, (await answer.JsonAsync()).GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task The_page_shows_what_is_in_doubt()
    {
        using var client = await app.StartAsync();
        await SuspectAsync();

        var page = await client.GetStringAsync("/admin/review", Token);
        var dashboard = await client.GetStringAsync("/admin", Token);

        Assert.Contains(Doubtful, page, StringComparison.Ordinal);
        Assert.Contains("The words are unlikely: log-probability -1.40.", page, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Keep: The zebra kidney", page, StringComparison.Ordinal);
        Assert.Contains("Transcribes by captions.", dashboard, StringComparison.Ordinal);
    }

    /// <summary>A talk whose second line the transcriber doubted: as a run would have stored it.</summary>
    private async Task<string> SuspectAsync()
    {
        var key = await app.TalkAsync("review", "Salt binds water in the blood.", Doubtful, "Water leaves with it again.");
        await app.Database.ScalarAsync<object>($"""
            UPDATE segments SET suspect_reason = 'The words are unlikely: log-probability -1.40.', avg_logprob = -1.4 WHERE ordinal = 1;
            DELETE FROM passages;
            INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, first_segment, last_segment) SELECT id, 0, 0, 6, 'Salt binds water in the blood. Water leaves with it again.', 0, 2 FROM sources;
            UPDATE sources SET version = version + 1
            """);
        await app.Services.GetRequiredService<HybridSearch>().CatchUpAsync(Token);
        return key;
    }

    private static async Task<int> FoundAsync(HttpClient client) => (await client.JsonAsync("/api/search?q=zebra+moonlight&mode=keyword")).GetProperty("total").GetInt32();
}
