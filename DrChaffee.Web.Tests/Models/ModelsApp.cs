using DrChaffee.Web.Tests.Embedding.Onnx;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;

namespace DrChaffee.Web.Tests.Models;

/// <summary>The program with three talks, and a small model placed by hand beside the shipped one.</summary>
public sealed class ModelsApp : ChaffeeApp
{
    private readonly TestFolder _models = new();

    public ModelsApp() => TinyModel.Write(_models);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _models.Dispose();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("MODELS_DIR", _models.Path);
    }
}
