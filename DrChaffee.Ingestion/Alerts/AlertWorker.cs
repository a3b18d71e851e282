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
    /// <summary>The program waits no longer for the look at the night before it goes on.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private bool IsOn => settings.Alerts.AnySet && settings.Mode != RunMode.ApiOnly;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOn) await TurnAsync(watch.LookAtNightAsync, FirstLook, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsOn) return;
        for (; ; await Task.Delay(Pause, time, stoppingToken))
        {
            await TurnAsync(watch.LookAsync, Timeout.InfiniteTimeSpan, stoppingToken);
            await TurnAsync(delivery.DeliverAsync, Timeout.InfiniteTimeSpan, stoppingToken);
        }
    }

    /// <summary>Whatever goes wrong is tried again at the next turn: nobody would hear that this had ended.</summary>
    private async Task TurnAsync(Func<CancellationToken, Task> act, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            if (await database.ModeAsync(either.Token) == DatabaseMode.Writable) await act(either.Token);
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(ex);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What needs a person could not be looked at or told; it is tried again in a minute.")]
    private partial void LogFailed(Exception exception);
}
