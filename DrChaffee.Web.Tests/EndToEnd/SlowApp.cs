using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>The program with an empty library and a model that takes its time, so that a bar can be seen to move.</summary>
public sealed class SlowApp : ChaffeeApp
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(
            new FakeEmbedder { Before = cancellationToken => Task.Delay(1200, cancellationToken) }));
    }

    protected override Task FillAsync() => Task.CompletedTask;
}
