using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace DrChaffee.Web;

/// <summary>The command <c>serve</c>: brings the database up to date and answers until it is stopped.</summary>
internal static class WebServer
{
    /// <param name="args">Settings of the host, such as <c>--urls=http://localhost:5000</c>.</param>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddWeb(ChaffeeSettings.Read(builder.Configuration));
        await using var app = builder.Build();
        app.UseWeb();
        app.MapWeb();

        await PrepareDatabaseAsync(app, cancellationToken);
        await app.RunAsync(cancellationToken);
        return 0;
    }

    private static async Task PrepareDatabaseAsync(WebApplication app, CancellationToken cancellationToken)
    {
        if (await app.Services.GetRequiredService<DatabaseState>().ModeAsync(cancellationToken) != DatabaseMode.ReadOnly)
            await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);

        // A replica brings the keys of the machine it follows; it can make none itself.
        else app.Services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.AutoGenerateKeys = false;
    }
}
