using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Ingestion.Evaluation;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Lab;

public sealed class JudgmentsTests(LabApp app) : IClassFixture<LabApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_judgment_survives_that_its_recording_is_cut_anew()
    {
        using var client = await app.StartAsync();
        string[] lines = [.. Enumerable.Range(0, 24).Select(n => $"Line {n} of this talk tells a little more about salt and about water.")];
        var key = await app.TalkAsync("talk", lines);
        var before = (await PassagesAsync(client)).First(p => p.Start > 0);
        using var judged = await client.JudgeAsync("salt", key, before.Start, 2);

        lines[0] = string.Join(' ', Enumerable.Repeat("The speaker was in a hurry at first.", 9));
        await app.TalkAsync("talk", lines);
        var after = await PassagesAsync(client);

        Assert.Equal(HttpStatusCode.NoContent, judged.StatusCode);
        Assert.DoesNotContain(before.Start, after.Select(p => p.Start)); // cut elsewhere
        var graded = Assert.Single(after, p => p.Grade is not null);
        Assert.Equal(2, graded.Grade);
        Assert.InRange(before.Start, graded.Start, graded.End);
    }

    [Fact]
    public async Task A_passage_has_one_grade_which_can_be_changed_and_taken_back()
    {
        using var client = await app.StartAsync();
        var key = await app.TalkAsync("talk", "Salt binds water.", "More salt, more water.");

        using var first = await client.JudgeAsync("salt", key, 0, 2);
        using var second = await client.JudgeAsync("salt", key, 3.2, 1);
        var grades = (await client.JsonAsync("/api/admin/lab/judgments?q=salt")).GetProperty("items").EnumerateArray().Select(j => (j.GetProperty("start").GetDouble(), j.GetProperty("grade").GetInt32())).ToList();
        var queries = await client.JsonAsync("/api/admin/lab/queries");
        using var deleted = await client.DeleteAsync(new Uri($"/api/admin/lab/judgments?q=salt&source={key}&start=1", UriKind.Relative), Token);

        Assert.Equal([(0, 1)], grades);
        Assert.Equal(["query", "judged", "relevant", "updated_at"], queries.GetProperty("items")[0].Names());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(0, (await client.JsonAsync("/api/admin/lab/queries")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_judged_is_told_in_one_sentence()
    {
        using var client = await app.StartAsync();
        var key = await app.TalkAsync("talk", "Salt binds water.");

        using var late = await client.JudgeAsync("salt", key, 60, 2);
        using var wrong = await client.JudgeAsync("salt", key, 0, 3);
        using var long_query = await client.JudgeAsync(new string('x', 501), key, 0, 2);
        using var unknown = await client.DeleteAsync(new Uri("/api/admin/lab/queries?q=pepper", UriKind.Relative), Token);

        Assert.Equal($"No passage of {key} is judged or spoken at second 60.", await SentenceAsync(late, HttpStatusCode.NotFound));
        Assert.Equal("grade is missing or none; write 2 for relevant, 1 for partly, 0 for not.", await SentenceAsync(wrong, HttpStatusCode.BadRequest));
        Assert.Equal("query is 501 characters long; write at most 500.", await SentenceAsync(long_query, HttpStatusCode.BadRequest));
        Assert.Equal("That query was not judged.", await SentenceAsync(unknown, HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task The_export_is_a_collection_that_the_evaluation_reads()
    {
        using var client = await app.StartAsync();
        var key = await app.TalkAsync("talk", "Salt “binds” water.");
        await app.TalkAsync("other", "Nothing of that kind.");
        using var relevant = await client.JudgeAsync("salt & \"water\"", key, 0, 2);
        using var folder = new TestFolder();
        await using var zip = await client.GetStreamAsync(new Uri("/api/admin/lab/export", UriKind.Relative), Token);
        await ZipFile.ExtractToDirectoryAsync(zip, folder.Path, Token);

        var collection = JudgedSet.Read(folder.Path);

        Assert.Equal(["Salt “binds” water.", "Nothing of that kind."], collection.Documents.Select(d => d.Text));
        var (id, text) = Assert.Single(collection.Judged);
        Assert.Equal("salt & \"water\"", text);
        Assert.Equal([KeyValuePair.Create($"{key}#0", 2)], collection.Judgments[id]);
    }

    [Fact]
    public async Task Where_nothing_can_be_saved_a_sentence_says_so_and_the_lab_still_answers()
    {
        using var client = await app.StartAsync();
        var key = await app.TalkAsync("talk", "Salt binds water.");
        await using var replica = new EmptyApp { Variables = [("DATABASE_URL", $"{app.Database.ConnectionString};Options=-c default_transaction_read_only=on")] };
        await using var serving = new EmptyApp { Variables = [("DATABASE_URL", app.Database.ConnectionString), ("API_ONLY_MODE", "true")] };
        await replica.InitializeAsync();
        await serving.InitializeAsync();

        // The session is that of the machine that ingests; both read its keys in the one database.
        using var read = await client.PutAsJsonAsync(new Uri(replica.Address, "/api/admin/lab/judgments"), new { query = "salt", source_key = key, start = 0, grade = 2 }, Token);
        using var served = await client.PutAsJsonAsync(new Uri(serving.Address, "/api/admin/lab/judgments"), new { query = "salt", source_key = key, start = 0, grade = 2 }, Token);
        var page = WebUtility.HtmlDecode(await client.GetStringAsync(new Uri(replica.Address, "/admin/lab?q=salt"), Token));
        using var plan = await client.GetAsync(new Uri(replica.Address, "/api/admin/lab/plan?q=salt"), Token);

        const string ReadOnly = "The database of this machine can only be read, so judgments cannot be saved here; use the machine that ingests.";
        Assert.Equal(ReadOnly, await SentenceAsync(read, HttpStatusCode.Conflict));
        Assert.Equal("This machine only serves (API_ONLY_MODE is true), so judgments cannot be saved here.", await SentenceAsync(served, HttpStatusCode.Conflict));
        Assert.Contains(ReadOnly, page, StringComparison.Ordinal);
        Assert.Contains("Salt binds water", page.Replace("<mark>", "", StringComparison.Ordinal).Replace("</mark>", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, plan.StatusCode);
        Assert.Empty(replica.Log.Errors);
    }

    private static async Task<IReadOnlyList<(double Start, double End, int? Grade)>> PassagesAsync(HttpClient client)
    {
        var answer = await client.JsonAsync("/api/admin/lab/search?q=salt&take=50");
        return [.. answer.GetProperty("candidates").EnumerateArray().Select(c => (
            c.GetProperty("passage").GetProperty("start").GetDouble(), c.GetProperty("passage").GetProperty("end").GetDouble(),
            c.GetProperty("grade") is { ValueKind: JsonValueKind.Number } grade ? grade.GetInt32() : (int?)null))];
    }

    private static async Task<string?> SentenceAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        return (await answer.JsonAsync()).GetProperty("detail").GetString();
    }
}
