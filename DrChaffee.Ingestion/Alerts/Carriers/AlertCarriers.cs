using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Download;

namespace DrChaffee.Ingestion.Alerts.Carriers;

/// <summary>The ways that the settings name.</summary>
internal sealed class AlertCarriers(ChaffeeSettings settings, AddressGuard guard, TimeProvider time) : IDisposable
{
    public IReadOnlyList<IAlertCarrier> All { get; } =
    [
        .. settings.Alerts.Webhook is { } address ? [new WebhookCarrier(address, settings.Alerts.WebhookSecret, guard, time)] : (IAlertCarrier[])[],
        .. settings.Alerts.Mail is { } mail ? [new MailCarrier(mail, time)] : (IAlertCarrier[])[],
    ];

    public IEnumerable<string> Names => All.Select(carrier => carrier.Name);

    public void Dispose()
    {
        foreach (var carrier in All.OfType<IDisposable>()) carrier.Dispose();
    }
}
