using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace DrChaffee.Web;

/// <summary>The command <c>serve</c>: brings the database up to date and answers until it is stopped.</summary>
internal static class WebServer
{
    /// <summary>True for <c>--Name=value</c> with a name that no command has: names of the host's settings and of variables hold capitals, or are these.</summary>
    public static bool IsHostSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.Split('=', 2) is [var name, _]
        && (name is "--urls" or "--environment" || name.Any(char.IsAsciiLetterUpper));

    /// <param name="args">Settings of the host, such as <c>--urls=http://localhost:5000</c>.</param>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, WebRootPath = PublishedWebRoot() });
        builder.AddWeb(ChaffeeSettings.Read(builder.Configuration));
        await using var app = builder.Build();
        app.Services.GetRequiredService<ModelCatalogue>().CheckSettings();
        app.UseWeb();
        app.MapWeb();

        await PrepareDatabaseAsync(app, cancellationToken);
        await app.RunAsync(cancellationToken);
        return 0;
    }

    /// <summary>Beside the published program, wherever it is started from; a build that was not published finds its files in the source folders.</summary>
    private static string? PublishedWebRoot() => Path.Combine(AppContext.BaseDirectory, "wwwroot") is var path && Directory.Exists(path) ? path : null;

    private static async Task PrepareDatabaseAsync(WebApplication app, CancellationToken cancellationToken)
    {
        // A replica brings the keys of the machine it follows; it can make none itself.
        var mode = await app.Services.GetRequiredService<DatabaseState>().ModeAsync(cancellationToken);
        if (mode == DatabaseMode.ReadOnly)
            app.Services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.AutoGenerateKeys = false;
        else if (app.Services.GetRequiredService<ChaffeeSettings>().Mode != RunMode.ApiOnly)
            await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        if (mode != DatabaseMode.Unreachable) await app.Services.GetRequiredService<DatabaseMigrator>().TellNewerAsync(cancellationToken);
    }
}
