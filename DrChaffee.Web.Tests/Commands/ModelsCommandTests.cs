using System.Text.Json;
using DrChaffee.Web.Tests.Embedding.Onnx;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.ModelFiles;

namespace DrChaffee.Web.Tests.Commands;

public sealed class ModelsCommandTests : IDisposable
{
    private const string NoDatabase = "postgresql://127.0.0.1:1/none";

    private readonly TestFolder _models = new();

    [Fact]
    public async Task The_list_is_worth_something_without_a_database()
    {
        TinyModel.Write(_models);

        var run = await RunAsync(NoDatabase, "models", "--json");
        using var list = JsonDocument.Parse(run.Output);
        var models = list.RootElement.GetProperty("items").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("standing").GetString());

        Assert.Equal((0, "The library's database cannot be read, so what it is embedded with is not shown."), (run.ExitCode, run.Errors));
        Assert.Equal(("ready", "ready", "absent", "absent"), (models["chaffee-embed-1"], models["tiny"], models["bge-small-en-v1.5"], models["ms-marco-MiniLM-L6-v2"]));
    }

    [Fact]
    public async Task A_model_is_fetched_and_a_failure_is_one_sentence()
    {
        await using var hub = await ModelHub.StartAsync();
        _models.Write("mine/model.json", """{ "dimensions": 8, "repository": "owner/tiny", "files": [{ "path": "onnx/model.onnx" }, { "path": "vocab.txt" }] }""");
        _models.Write("gone/model.json", """{ "dimensions": 8, "repository": "owner/gone" }""");

        var fetched = await RunAsync(NoDatabase, hub.Address, "models", "fetch", "mine");
        var failed = await RunAsync(NoDatabase, hub.Address, "models", "fetch", "gone");

        Assert.Equal((0, $"mine is in {Path.Combine(_models.Path, "mine")}, and every file is what it should be.", ""), (fetched.ExitCode, fetched.Output.Trim(), fetched.Errors));
        Assert.Equal((1, "", "127.0.0.1 has no model.onnx of owner/gone at main (404); the model may have moved."), (failed.ExitCode, failed.Output, failed.Errors));
    }

    [Fact]
    public async Task A_library_is_embedded_with_another_model_and_taken_back()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        TinyModel.Write(_models);
        using var talks = new TestFolder();
        talks.WriteSrt("a.srt", "Salt raises blood pressure.", "So take a walk after dinner.");
        await RunAsync(database.ConnectionString, "import", talks.Path);

        var used = await RunAsync(database.ConnectionString, "models", "use", "tiny", "--wait");
        var listed = await RunAsync(database.ConnectionString, "models");
        var back = await RunAsync(database.ConnectionString, "models", "rollback");

        Assert.Equal((0, ""), (used.ExitCode, used.Errors));
        Assert.EndsWith("tiny is in use.", used.Output.Trim(), StringComparison.Ordinal);
        Assert.StartsWith("active    tiny                     8 dimensions, 1 of 1 passages", listed.Output, StringComparison.Ordinal);
        Assert.Equal("chaffee-embed-1 is in use again.", back.Output.Trim());
    }

    [Theory]
    [InlineData("""{ "dimension": 8 }""", "cannot be read: ")]
    [InlineData("""{ "kind": "embedding" }""", "cannot be used: dimensions is missing or not from 1 to 4000.")]
    public async Task A_description_that_cannot_be_used_is_told_with_its_path_and_the_other_models_are_listed(string description, string sentence)
    {
        var path = _models.Write("mine/model.json", description);

        var run = await RunAsync(NoDatabase, "models");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("bge-small-en-v1.5", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("mine", run.Output, StringComparison.Ordinal);
        Assert.Contains($"{path} {sentence}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reranker_that_this_program_does_not_know_stops_the_start()
    {
        var run = await ProgramRun.RunAsync(["models"], ("DATABASE_URL", NoDatabase), ("MODELS_DIR", _models.Path), ("RERANKER_MODEL", "bge-small-en-v1.5"));

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("RERANKER_MODEL is 'bge-small-en-v1.5'; write ms-marco-MiniLM-L6-v2", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _models.Dispose();

    private Task<ProgramRun> RunAsync(string database, params string[] arguments) => RunAsync(database, new Uri("http://127.0.0.1:1"), arguments);

    private Task<ProgramRun> RunAsync(string database, Uri hub, params string[] arguments) =>
        ProgramRun.RunAsync(arguments, ("DATABASE_URL", database), ("MODELS_DIR", _models.Path), ("MODELS_URL", hub.ToString()));
}
