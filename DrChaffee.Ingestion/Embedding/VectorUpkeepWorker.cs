using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Tries again now and then what could not be embedded; the wait doubles with each failure. A process that may not write leaves it to others.</summary>
internal sealed partial class VectorUpkeepWorker(IEmbeddingModels models, VectorUpkeep upkeep, ChaffeeSettings settings, TimeProvider time, ILogger<VectorUpkeepWorker> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Mode == RunMode.ApiOnly) return;
        var pause = FirstPause;
        while (true)
        {
            await Task.Delay(pause, time, stoppingToken);
            try
            {
                var lacking = await models.ActiveAsync(stoppingToken) is { Coverage: < 1 };
                if (lacking) await upkeep.FillAsync(stoppingToken);
                pause = lacking && pause < LongestPause ? 2 * pause : lacking ? LongestPause : FirstPause;
            }
            catch (Exception ex) when (ex is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(ex);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whether passages lack a vector could not be found out; it is tried again.")]
    private partial void LogFailed(Exception exception);
}
