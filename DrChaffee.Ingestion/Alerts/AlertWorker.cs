using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>
/// Looks once a minute and sends what is due. It is no job of the schedule, since it tells when the schedule does not run; that a night was missed is seen
/// before the schedule begins to make up for it.
/// </summary>
internal sealed partial class AlertWorker(
    ChaffeeSettings settings, DatabaseState database, AlertWatch watch, AlertDelivery delivery, TimeProvider time, ILogger<AlertWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private bool IsOn => settings.Alerts.AnySet && settings.Mode != RunMode.ApiOnly;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOn) await TurnAsync(watch.LookAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsOn) return;
        for (; ; await Task.Delay(Pause, time, stoppingToken))
        {
            await TurnAsync(watch.LookAsync, stoppingToken);
            await TurnAsync(delivery.DeliverAsync, stoppingToken);
        }
    }

    /// <summary>Whatever goes wrong is tried again at the next turn: nobody would hear that this had ended.</summary>
    private async Task TurnAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            if (await database.ModeAsync(cancellationToken) == DatabaseMode.Writable) await act(cancellationToken);
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(ex);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What needs a person could not be looked at or told; it is tried again in a minute.")]
    private partial void LogFailed(Exception exception);
}
