using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Npgsql;

namespace DrChaffee.Web.Tests.Sync;

/// <summary>The program with its talks, and an empty library beside it that the environment names.</summary>
public sealed class SyncApp : ChaffeeApp
{
    public TestDatabase Other { get; } = new();

    /// <summary>The other library's password, which must never be told; a server that trusts everyone takes any.</summary>
    public string Secret => new NpgsqlConnectionStringBuilder(Other.ConnectionString).Password ?? "never-shown";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Other.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("PRODUCTION_DATABASE_URL", new NpgsqlConnectionStringBuilder(Other.ConnectionString) { Password = Secret }.ConnectionString);
    }

    protected override async Task FillAsync()
    {
        await Other.InitializeAsync();
        await base.FillAsync();
    }
}
