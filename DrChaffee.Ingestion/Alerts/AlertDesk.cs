using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts.Carriers;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>What an admin sees of alerts, and the test that they arrive.</summary>
public sealed class AlertDesk
{
    internal const string TestSubject = "test";

    private readonly ChaffeeSettings _settings;
    private readonly DatabaseState _database;
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly AlertCarriers _carriers;
    private readonly AlertOutbox _outbox;
    private readonly AlertDelivery _delivery;

    internal AlertDesk(ChaffeeSettings settings, DatabaseState database, IDbContextFactory<ChaffeeDbContext> contexts, AlertCarriers carriers, AlertOutbox outbox, AlertDelivery delivery) =>
        (_settings, _database, _contexts, _carriers, _outbox, _delivery) = (settings, database, contexts, carriers, outbox, delivery);

    /// <summary>Where alerts go, without what must not be told: <c>webhook</c> and its host, <c>mail</c> and its addresses.</summary>
    public IReadOnlyList<AlertPlace> Places => [.. _carriers.All.Select(carrier => new AlertPlace(carrier.Name, carrier.Place))];

    /// <summary>Why this machine sends none, in a sentence; null where it does.</summary>
    public string? Refusal => _settings.Mode == RunMode.ApiOnly ? $"This machine only serves, and sends no alerts: {_settings.ModeReason ?? "API_ONLY_MODE is true"}."
        : _settings.Alerts.AnySet ? null
        : "No alerts are set, so nobody is told of a failed night: write ALERT_WEBHOOK_URL, or ALERT_MAIL_TO, ALERT_MAIL_FROM and SMTP_URL.";

    /// <summary>The latest first.</summary>
    public async Task<Page<AlertRecord>> ListAsync(int take, int skip, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var alerts = await db.Alerts.AsNoTracking().OrderByDescending(a => a.Id).Skip(skip).Take(take).ToListAsync(cancellationToken);
        return new Page<AlertRecord>(await db.Alerts.CountAsync(cancellationToken), [.. alerts.Select(AlertRecord.Of)]);
    }

    /// <summary>What was tried last by each way that is set, if anything was.</summary>
    public async Task<IReadOnlyList<AlertRecord>> LastAsync(CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        List<AlertRecord> last = [];
        foreach (var carrier in _carriers.Names)
        {
            var tried = db.Alerts.AsNoTracking().Where(a => a.Carrier == carrier && (a.SentAt != null || a.LastError != null));
            if (await tried.OrderByDescending(a => a.Id).FirstOrDefaultAsync(cancellationToken) is { } alert) last.Add(AlertRecord.Of(alert));
        }

        return last;
    }

    /// <summary>Sends a test by every way, once.</summary>
    /// <exception cref="IngestionRefusedException">This machine sends none.</exception>
    public async Task<AlertTest> TestAsync(string by, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal) throw new IngestionRefusedException(refusal);
        if (await _database.ModeAsync(cancellationToken) == DatabaseMode.ReadOnly)
            throw new IngestionRefusedException("The database can only be read here, so no alert is sent from here.");

        var note = new AlertNote(TestSubject, Guid.NewGuid().ToString("N"), "A test", $"{by} sent this to see whether alerts arrive. Nothing is wrong.");
        var key = await _outbox.PutAsync(note, after: null, _carriers.Names, cancellationToken);
        List<string> sentences = [];
        var delivered = true;
        while (await _outbox.TakeAsync(_carriers.Names, key, cancellationToken) is { } message)
        {
            var fault = await _delivery.CarryAsync(message, again: false, CancellationToken.None);
            var place = Places.First(place => place.Carrier == message.Carrier);
            sentences.Add(fault is null ? $"The {place} was delivered." : $"The {place} was not delivered: {fault}");
            delivered &= fault is null;
        }

        return new AlertTest(delivered, string.Join(" ", sentences));
    }
}

/// <param name="Place">A host, or mail addresses.</param>
public sealed record AlertPlace(string Carrier, string Place)
{
    public override string ToString() => $"{Carrier} to {Place}";
}

/// <param name="Message">What became of it, in a sentence for each way.</param>
public sealed record AlertTest(bool Delivered, string Message);
