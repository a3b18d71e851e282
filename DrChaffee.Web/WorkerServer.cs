using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Features.Guard;
using DrChaffee.Web.Features.Health;
using DrChaffee.Web.Features.Telemetry;

namespace DrChaffee.Web;

/// <summary>The command <c>serve</c> with <c>WORKER_ONLY=true</c>: takes what is queued until it is stopped, and answers nothing but <c>/health</c> and <c>/metrics</c>.</summary>
internal static class WorkerServer
{
    public static async Task<int> RunAsync(WebApplicationBuilder builder, ChaffeeSettings settings, CancellationToken cancellationToken)
    {
        builder.UseChaffeeHost(settings);
        builder.Services.AddDomain(settings).AddIngestion().AddQueueWorker();
        builder.Services.ConfigureHttpJsonOptions(json => WebServices.UseSnakeCase(json.SerializerOptions));
        builder.Services.AddSingleton<HealthReporter>().AddSingleton<LatestHealth>();
        builder.Services.AddTelemetry(settings.Telemetry, isScraped: true);
        builder.Services.AddRedaction();
        await using var app = builder.Build();
        app.Services.GetRequiredService<ModelCatalogue>().CheckSettings();
        app.Services.StartTelemetry();
        app.MapHealthApi();
        app.MapMetricsApi();
        await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
        await app.RunAsync(cancellationToken);
        return 0;
    }
}
