using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Telemetry;
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
        var settings = ChaffeeSettings.Read(builder.Configuration);
        if (settings.WorkerOnly) return await WorkerServer.RunAsync(builder, settings, cancellationToken);
        builder.AddWeb(settings);
        await using var app = builder.Build();
        app.Services.GetRequiredService<ModelCatalogue>().CheckSettings();
        await PrepareDatabaseAsync(app, cancellationToken); // before anything asks for the keys
        app.Services.StartTelemetry();
        app.UseWeb();
        app.MapWeb();
        await app.RunAsync(cancellationToken);
        return 0;
    }

    /// <summary>Beside the published program, wherever it is started from; a build that was not published finds its files in the source folders.</summary>
    private static string? PublishedWebRoot() => Path.Combine(AppContext.BaseDirectory, "wwwroot") is var path && Directory.Exists(path) ? path : null;

    private static async Task PrepareDatabaseAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var state = app.Services.GetRequiredService<DatabaseState>();
        var mode = await state.ModeAsync(cancellationToken);
        if (mode == DatabaseMode.ReadOnly)
        {
            // A replica brings the keys of the machine it follows and can make none itself; a role that may not read them has its own.
            var keys = app.Services.GetRequiredService<IOptions<KeyManagementOptions>>().Value;
            if (await state.HasKeysAsync(cancellationToken)) keys.AutoGenerateKeys = false;
            else keys.XmlRepository = new MemoryKeys();
        }
        else if (app.Services.GetRequiredService<ChaffeeSettings>().Mode != RunMode.ApiOnly)
            await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        if (mode != DatabaseMode.Unreachable) await app.Services.GetRequiredService<DatabaseMigrator>().TellNewerAsync(cancellationToken);
    }
}
