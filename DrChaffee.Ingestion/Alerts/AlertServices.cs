using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts.Carriers;
using DrChaffee.Ingestion.Alerts.Checks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion.Alerts;

internal static class AlertServices
{
    /// <summary>Must come before the schedule: the first look is at what the schedule would then make up for.</summary>
    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddSingleton<AlertOutbox>().AddSingleton<AlertCarriers>().AddSingleton<AlertDelivery>().AddSingleton<AlertWatch>();
        services.AddSingleton<NightFailures>().AddSingleton<IAlertCheck, NightCheck>().AddSingleton<IAlertCheck, HostCheck>().AddSingleton<IAlertCheck>(provider => new DiskCheck(provider.GetRequiredService<Machine.DiskMeter>()));
        services.AddSingleton(provider => new AlertDesk(
            provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<DatabaseState>(), provider.GetRequiredService<IDbContextFactory<ChaffeeDbContext>>(),
            provider.GetRequiredService<AlertCarriers>(), provider.GetRequiredService<AlertOutbox>(), provider.GetRequiredService<AlertDelivery>()));
        services.AddHostedService<AlertWorker>();
    }
}
