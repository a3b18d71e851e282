using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Commands;

public sealed class EvalRetrievalTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private const string ScratchDatabases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'drchaffee_scratch_%'";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_collection_is_scored_leg_by_leg_and_its_database_is_gone_afterwards()
    {
        WriteCollection();
        var before = await database.ScalarAsync<long>(ScratchDatabases);

        var run = await EvaluateAsync("--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(["dataset", "queries", "legs"], report.Names());
        Assert.Equal((Path.GetFileName(_folder.Path), 2), (report.GetProperty("dataset").GetString(), report.GetProperty("queries").GetInt32()));
        Assert.Equal(["keyword", "semantic", "hybrid"], report.GetProperty("legs").Names());
        Assert.All(report.GetProperty("legs").EnumerateObject(), leg => Assert.Equal(["ndcg_at_10", "recall_at_100", "mrr"], leg.Value.Names()));
        Assert.Equal("""{"ndcg_at_10":1,"recall_at_100":1,"mrr":1}""", report.GetProperty("legs").GetProperty("keyword").GetRawText());
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM sources"));
        Assert.True(await database.ScalarAsync<long>(ScratchDatabases) <= before);
    }

    [Fact]
    public async Task A_person_reads_a_table()
    {
        WriteCollection();

        var run = await EvaluateAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@": 2 questions\s+leg\s+nDCG@10\s+recall@100\s+MRR\s+keyword\s+1\.000\s+1\.000\s+1\.000", run.Output);
    }

    [Fact]
    public async Task What_cannot_be_scored_is_told_in_one_sentence()
    {
        var empty = await EvaluateAsync();
        WriteCollection();
        _folder.Write("queries.jsonl", """{"_id": "q1", "text": "salt"}""" + "\nnot json\n");
        var broken = await EvaluateAsync("--json");
        WriteCollection();
        _folder.Write("qrels/test.tsv", "query-id\tcorpus-id\tscore\n");
        var unjudged = await EvaluateAsync();
        var missing = await ProgramRun.OfAsync(database.ConnectionString, "eval", "retrieval", Path.Combine(_folder.Path, "no-such-folder"));

        Assert.All([empty, broken, unjudged, missing], run => Assert.Equal((1, ""), (run.ExitCode, run.Output)));
        Assert.All([empty, broken, unjudged, missing], run => Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains("corpus.jsonl is missing.", empty.Errors, StringComparison.Ordinal);
        Assert.Contains("queries.jsonl, line 2 is not JSON", broken.Errors, StringComparison.Ordinal);
        Assert.Contains("qrels", unjudged.Errors, StringComparison.Ordinal);
        Assert.Contains("no-such-folder", missing.Errors, StringComparison.Ordinal);
    }

    private Task<ProgramRun> EvaluateAsync(params string[] options) => ProgramRun.OfAsync(database.ConnectionString, ["eval", "retrieval", _folder.Path, .. options]);

    private void WriteCollection()
    {
        string[] subjects = ["salt and blood pressure", "vitamin from the sun", "sleep in a dark room"];
        _folder.Write("corpus.jsonl", string.Join('\n', subjects.Select((subject, i) => JsonSerializer.Serialize(new { _id = $"d{i}", title = subject, text = $"All that there is to say about {subject}." }))));
        _folder.Write("queries.jsonl", string.Join('\n', new[] { "blood pressure", "dark room", "never judged" }.Select((text, i) => JsonSerializer.Serialize(new { _id = $"q{i}", text }))));
        _folder.Write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq0\td0\t2\nq1\td2\t1\n");
    }
}
