using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts.Carriers;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Alerts;

/// <summary>Sends what is due. A process that dies between sending and saying so leaves the message to another, which sends it again under the same key.</summary>
internal sealed partial class AlertDelivery(ChaffeeSettings settings, AlertCarriers carriers, AlertOutbox outbox, ILogger<AlertDelivery> logger)
{
    private readonly SecretRedactor _redactor = new(settings);

    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        await outbox.GiveUpOldAsync(cancellationToken);
        while (await outbox.TakeAsync(carriers.Names, key: null, cancellationToken) is { } message) await CarryAsync(message, again: true, cancellationToken);
    }

    /// <param name="again">False: one try is all there is.</param>
    /// <returns>Null where it arrived; otherwise why it did not, in a sentence.</returns>
    public async Task<string?> CarryAsync(AlertMessage message, bool again, CancellationToken cancellationToken)
    {
        try
        {
            await carriers.All.First(carrier => carrier.Name == message.Carrier).CarryAsync(message, cancellationToken);
            await outbox.SentAsync(message);
            LogSent(message.Headline, message.Carrier);
            return null;
        }
        catch (AlertFailedException ex)
        {
            var sentence = _redactor.Clean(ex.Message); // a mail server may repeat what it was told
            await outbox.FailedAsync(message, sentence, ex.RetryAfter, again && ex.Passing);
            LogFailed(message.Headline, message.Carrier, sentence);
            return sentence;
        }
    }

    [LoggerMessage(LogLevel.Information, "Alert sent by {Carrier}: {Headline}.")]
    private partial void LogSent(string headline, string carrier);

    [LoggerMessage(LogLevel.Warning, "The alert '{Headline}' did not arrive by {Carrier}: {Reason}")]
    private partial void LogFailed(string headline, string carrier, string reason);
}
