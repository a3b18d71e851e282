using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Features.Telemetry;

namespace DrChaffee.Web.Commands;

/// <summary>What a command runs on: the same services as the server, without the server. Logs go to standard error, so that standard output stays the command's own.</summary>
internal static class CommandHost
{
    /// <param name="more">What this command needs besides.</param>
    public static IHost Build(Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.Error).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None); // what fails is told once, as a sentence
        var settings = ChaffeeSettings.Read(builder.Configuration);
        builder.Services.AddDomain(settings).AddIngestion().AddTelemetry(settings.Telemetry, isScraped: false);
        builder.Services.AddRedaction();
        more?.Invoke(builder.Services);
        var host = builder.Build();
        host.Services.GetRequiredService<ModelCatalogue>().CheckSettings();
        host.Services.StartTelemetry();
        return host;
    }

    /// <summary>A host whose database has this program's schema.</summary>
    public static async Task<IHost> BuildMigratedAsync(CancellationToken cancellationToken, Action<IServiceCollection>? more = null)
    {
        var host = Build(more);
        await host.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        return host;
    }
}
