using DrChaffee.Ingestion.Alerts.Carriers;
using DrChaffee.Ingestion.Alerts.Checks;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>Looks at everything that may need a person, and puts what is news into the outbox: what is wrong once, once more each day while it stays so, and that it is right again.</summary>
internal sealed class AlertWatch(IEnumerable<IAlertCheck> checks, AlertCarriers carriers, AlertOutbox outbox, TimeProvider time)
{
    /// <summary>What stays wrong is told once more after that.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromDays(1);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var told = await outbox.ToldAsync(cancellationToken);
        HashSet<string> wrong = [.. told.Where(last => last.Value.State is not null).Select(last => last.Key)];
        foreach (var check in checks)
        {
            foreach (var note in await check.LookAsync(wrong, cancellationToken))
            {
                var last = told.GetValueOrDefault(note.Subject);
                if (IsNews(note, last)) await outbox.PutAsync(note, last, carriers.Names, cancellationToken);
            }
        }
    }

    private bool IsNews(AlertNote note, ToldAlert? last) =>
        note.State is null ? last?.State is not null : last?.State != note.State || last.At + Again <= time.GetUtcNow();
}
