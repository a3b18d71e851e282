using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.ModelFiles;

namespace DrChaffee.Web.Tests.Models;

/// <summary>The program with an empty library, a hub in its reach, and the description of a model whose files lie there.</summary>
internal sealed class FetchApp : IAsyncDisposable
{
    private readonly TestFolder _models = new();

    private FetchApp(ModelHub hub) => Hub = hub;

    public ModelHub Hub { get; }

    public EmptyApp App { get; private set; } = null!;

    public string Large => Path.Combine(_models.Path, "far", "model.onnx");

    public static async Task<FetchApp> StartAsync(params (string Name, string Value)[] variables)
    {
        var fetch = new FetchApp(await ModelHub.StartAsync());
        fetch._models.Write("far/model.json", """{ "repository": "owner/tiny", "dimensions": 8, "files": [{ "path": "onnx/model.onnx" }, { "path": "vocab.txt" }] }""");
        fetch.App = new EmptyApp { Variables = [("MODELS_DIR", fetch._models.Path), ("MODELS_URL", fetch.Hub.Address.ToString()), .. variables] };
        await fetch.App.InitializeAsync();
        return fetch;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Hub.DisposeAsync();
        _models.Dispose();
    }
}
