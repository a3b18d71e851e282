using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>Starts the scheduler once the database can be written, and lets its jobs end in order when the program stops. A machine that only serves has none.</summary>
internal sealed partial class ScheduleWorker(
    ChaffeeSettings settings, DatabaseState database, ISchedulerFactory schedulers, ScheduleSetup setup, TimeProvider time, ILogger<ScheduleWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private Lazy<Task>? _ended; // a host may be told twice to stop, and lets go of the database when the first of the two is through

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_ended is null) return;
        try
        {
            await _ended.Value.WaitAsync(cancellationToken); // without a database it would try for ever to give back what it meant to fire next
        }
        catch (Exception ex) when (ex is SchedulerException or NpgsqlException or OperationCanceledException)
        {
            LogNotEnded(ex); // the other processes notice by the missing heartbeat
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Mode == RunMode.ApiOnly) return;
        for (var told = false; !await TryStartAsync(told, stoppingToken); told = true) await Task.Delay(Pause, time, stoppingToken);
    }

    /// <param name="told">True where the log says already that nothing is scheduled.</param>
    private async Task<bool> TryStartAsync(bool told, CancellationToken cancellationToken)
    {
        try
        {
            if (await database.ModeAsync(cancellationToken) != DatabaseMode.Writable)
            {
                if (!told) LogReadOnly();
                return false;
            }

            var scheduler = await schedulers.GetScheduler(cancellationToken);
            await setup.ApplyAsync(scheduler, cancellationToken);
            await scheduler.Start(CancellationToken.None); // one that is half started cannot be ended in order
            _ended = new Lazy<Task>(() => scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None).AsTask());
            return true;
        }
        catch (Exception ex) when (ex is SchedulerException or NpgsqlException)
        {
            if (!told) LogNotStarted(ex);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "The database cannot be written, so nothing is scheduled until it can.")]
    private partial void LogReadOnly();

    [LoggerMessage(LogLevel.Warning, "The schedule cannot be started yet; it is tried again every 15 seconds.")]
    private partial void LogNotStarted(Exception exception);

    [LoggerMessage(LogLevel.Warning, "The schedule could not be ended in order.")]
    private partial void LogNotEnded(Exception exception);
}
