using DrChaffee.Ingestion.Alerts.Carriers;
using DrChaffee.Ingestion.Alerts.Checks;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>Looks at everything that may need a person, and puts what is news into the outbox: what is wrong once, once more each day while it stays so, and that it is right again.</summary>
internal sealed partial class AlertWatch(IEnumerable<IAlertCheck> checks, AlertCarriers carriers, AlertOutbox outbox, TimeProvider time, ILogger<AlertWatch> logger)
{
    /// <summary>What stays wrong is told once more after that.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromDays(1);

    /// <summary>What was told as wrong is told of as otherwise, or as right again, no sooner: processes that do not agree must not answer each other.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    public Task LookAsync(CancellationToken cancellationToken) => LookAsync(checks, cancellationToken);

    public Task LookAtNightAsync(CancellationToken cancellationToken) => LookAsync(checks.OfType<NightCheck>(), cancellationToken);

    private async Task LookAsync(IEnumerable<IAlertCheck> some, CancellationToken cancellationToken)
    {
        var told = await outbox.ToldAsync(cancellationToken);
        var wrong = told.Where(last => last.Value.State is not null).ToDictionary(last => last.Key, last => last.Value.State!, StringComparer.Ordinal);
        foreach (var check in some)
        {
            try
            {
                foreach (var note in await check.LookAsync(wrong, cancellationToken))
                {
                    var last = told.GetValueOrDefault(note.Subject);
                    if (IsNews(note, last)) await outbox.PutAsync(note, last, carriers.Names, cancellationToken);
                }
            }
            catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(ex, check.GetType().Name);
            }
        }
    }

    private bool IsNews(AlertNote note, ToldAlert? last) =>
        last?.State is null ? note.State is not null : last.At + (note.State == last.State ? Again : Rest) <= time.GetUtcNow();

    [LoggerMessage(LogLevel.Warning, "{Check} could not look at what needs a person; it looks again in a minute.")]
    private partial void LogFailed(Exception exception, string check);
}
