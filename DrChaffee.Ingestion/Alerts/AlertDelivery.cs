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
        foreach (var old in await outbox.GiveUpOldAsync(cancellationToken)) LogGivenUp(old.Headline, old.Carrier, old.Reason);
        while (await outbox.TakeAsync(carriers.Names, key: null, cancellationToken) is { } message) await CarryAsync(message, again: true, cancellationToken);
    }

    /// <param name="again">False: one try is all there is.</param>
    /// <returns>Null where it arrived; otherwise why it did not, or not for whom, in a sentence.</returns>
    public async Task<string?> CarryAsync(AlertMessage message, bool again, CancellationToken cancellationToken)
    {
        if (await TryAsync(message, cancellationToken) is not { } failure)
        {
            await outbox.SentAsync(message, remark: null);
            LogSent(message.Headline, message.Carrier);
            return null;
        }

        var sentence = _redactor.Clean(failure.Message); // a mail server may repeat what it was told
        if (failure.InPart)
        {
            await outbox.SentAsync(message, sentence);
            LogSentInPart(message.Headline, message.Carrier, sentence);
            return sentence;
        }

        var later = again && failure.Passing;
        await outbox.FailedAsync(message, sentence, failure.RetryAfter, later);
        if (later) LogFailed(message.Headline, message.Carrier, sentence);
        else LogGivenUp(message.Headline, message.Carrier, sentence);
        return sentence;
    }

    /// <summary>What nobody foresaw may pass, and must not keep the other messages back.</summary>
    private async Task<AlertFailedException?> TryAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await carriers.All.First(carrier => carrier.Name == message.Carrier).CarryAsync(message, cancellationToken);
            return null;
        }
        catch (AlertFailedException ex)
        {
            return ex;
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnforeseen(ex, message.Headline, message.Carrier);
            return new AlertFailedException($"It could not be sent: {ex.Message}", passing: true, ex);
        }
    }

    [LoggerMessage(LogLevel.Information, "Alert sent by {Carrier}: {Headline}.")]
    private partial void LogSent(string headline, string carrier);

    [LoggerMessage(LogLevel.Warning, "The alert '{Headline}' did not arrive by {Carrier} for everybody, and is not sent to them again: {Reason}")]
    private partial void LogSentInPart(string headline, string carrier, string reason);

    [LoggerMessage(LogLevel.Warning, "The alert '{Headline}' did not arrive by {Carrier}, and is tried again: {Reason}")]
    private partial void LogFailed(string headline, string carrier, string reason);

    [LoggerMessage(LogLevel.Warning, "The alert '{Headline}' did not arrive by {Carrier}, and is given up; it is not tried again: {Reason}")]
    private partial void LogGivenUp(string headline, string carrier, string reason);

    [LoggerMessage(LogLevel.Error, "The alert '{Headline}' could not be sent by {Carrier}.")]
    private partial void LogUnforeseen(Exception exception, string headline, string carrier);
}
