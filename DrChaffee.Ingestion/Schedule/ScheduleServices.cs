using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

internal static class ScheduleServices
{
    public const string SchedulerName = "DrChaffee";

    /// <summary>Jobs by the clock. Nothing is scheduled, and no table touched, before <see cref="ScheduleWorker"/> starts the scheduler.</summary>
    public static void AddSchedule(this IServiceCollection services)
    {
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                (scheduler.InstanceName, scheduler.GenerateInstanceId) = (SchedulerName, true);
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.AddQuartzHealthChecks(check => check.UnservedExecutionGroupTolerance = null); // a production machine is well where nobody fires what it refuses
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(database => database.DataSourceFactory = provider => provider.GetRequiredService<NpgsqlDataSource>());
                store.UseSystemTextJsonSerializer();
                store.UseClustering(cluster => cluster.CheckinInterval = TimeSpan.FromSeconds(10));
                store.ConfigureStore(options =>
                {
                    (options.TablePrefix, options.StoreJobDataAsStrings, options.RecoverFiringsCancelledByShutdown) = ("qrtz_", true, true);
                    options.UseBackgroundThreads = true; // others would keep a process alive that stops without its database
                });
            });
        });
        services.AddOptions<QuartzSchedulerOptions>().Configure<ChaffeeSettings>((scheduler, settings) =>
        {
            if (settings.Mode == RunMode.Production) scheduler.RefusedExecutionGroups.Add(ScheduledJob.AtWill);
        });
        foreach (var job in ScheduledJob.All) services.AddTransient(job.Type);
        services.AddSingleton<JobRecorder>().AddSingleton<ChannelRuns>().AddSingleton<DueSources>();
        services.AddSingleton<ScheduleBook>().AddSingleton<ScheduleSetup>().AddSingleton<JobHistory>();
        services.AddSingleton(provider => new Timetable(
            provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<IngestionPolicy>(), provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<ScheduleBook>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ScheduleControl(
            provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<IngestionPolicy>(), provider.GetRequiredService<DatabaseState>(),
            provider.GetRequiredService<ISchedulerFactory>(), provider.GetRequiredService<ScheduleBook>(), provider.GetRequiredService<ScheduleSetup>()));
        services.AddHostedService<ScheduleWorker>();
    }
}
