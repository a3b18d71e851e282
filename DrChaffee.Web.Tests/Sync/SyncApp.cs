using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;

namespace DrChaffee.Web.Tests.Sync;

/// <summary>The program with its talks, and an empty library beside it that the environment names.</summary>
public sealed class SyncApp : ChaffeeApp
{
    public TestDatabase Other { get; } = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Other.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("PRODUCTION_DATABASE_URL", $"{Other.ConnectionString};Password=never-shown");
    }

    protected override async Task FillAsync()
    {
        await Other.InitializeAsync();
        await base.FillAsync();
    }
}
