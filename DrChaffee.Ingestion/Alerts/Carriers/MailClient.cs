using System.Globalization;
using MailKit.Net.Smtp;
using MimeKit;

namespace DrChaffee.Ingestion.Alerts.Carriers;

/// <summary>Sends to everyone whom the server takes, and keeps whom it refused: one address that is gone must not silence the others.</summary>
internal sealed class MailClient : SmtpClient
{
    public List<(string Address, SmtpResponse Answer)> Refused { get; } = [];

    /// <summary>Each address and what was answered, <c>a@example.org (550 nobody here)</c>.</summary>
    public string Refusals => string.Join(", ", Refused.Select(refused => string.Create(CultureInfo.InvariantCulture, $"{refused.Address} ({(int)refused.Answer.StatusCode} {refused.Answer.Response.TrimEnd('.')})")));

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Refused.Add((mailbox.Address, response));

    /// <exception cref="SmtpCommandException">Passing where one of the refusals is.</exception>
    protected override void OnNoRecipientsAccepted(MimeMessage message) =>
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, Refused.Min(refused => refused.Answer.StatusCode), Refusals);
}
