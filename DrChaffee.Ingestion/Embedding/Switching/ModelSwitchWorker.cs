using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Embedding.Switching;

/// <summary>Notices within seconds that another model is wanted, and brings it in; after a failure the wait doubles, unless another one is wanted meanwhile.</summary>
internal sealed partial class ModelSwitchWorker(ModelSwitch modelSwitch, ModelRows rows, ChaffeeSettings settings, TimeProvider time, ILogger<ModelSwitchWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Mode == RunMode.ApiOnly) return;
        (int Model, TimeSpan Pause, DateTimeOffset Next)? failed = null;
        var databaseAway = false;
        while (true)
        {
            await Task.Delay(databaseAway ? FirstPause : Look, time, stoppingToken);
            try
            {
                var wanted = await rows.WantedAsync(stoppingToken);
                databaseAway = false;
                if (wanted is null || wanted != failed?.Model) failed = null;
                if (wanted is not { } model || time.GetUtcNow() < failed?.Next) continue;
                var outcome = await modelSwitch.RunAsync(null, stoppingToken);
                var pause = failed is null ? FirstPause : 2 * failed.Value.Pause < LongestPause ? 2 * failed.Value.Pause : LongestPause;
                failed = outcome == SwitchOutcome.Failed ? (model, pause, time.GetUtcNow() + pause) : null;
            }
            catch (Exception ex) when (ex is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (!databaseAway) LogDatabaseAway(ex);
                databaseAway = true;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whether another embedding model is wanted could not be found out; it is asked again.")]
    private partial void LogDatabaseAway(Exception exception);
}
