using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Settings;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace DrChaffee.Ingestion.Alerts.Carriers;

/// <summary>Sends by the operator's mail server, and tells it nothing before the connection is as safe as the settings ask.</summary>
internal sealed class MailCarrier(MailSettings mail, TimeProvider time) : IAlertCarrier
{
    /// <summary>For all that is said to the server.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public string Name => "mail";

    public string Place => string.Join(", ", mail.To);

    public async Task CarryAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var client = new MailClient { CheckCertificateRevocation = false }; // as everywhere else here
        try
        {
            await client.ConnectAsync(mail.Host, mail.Port, mail.Tls switch { MailTls.FromTheStart => SecureSocketOptions.SslOnConnect, MailTls.Required => SecureSocketOptions.StartTls, _ => SecureSocketOptions.None }, either.Token);
            if (mail.UserName is { } name) await client.AuthenticateAsync(Encoding.UTF8, name, mail.Password ?? "", either.Token);
            using var letter = Write(message);
            await client.SendAsync(letter, either.Token);
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw patience.IsCancellationRequested ? Failed("did not answer in time", passing: true, ex) : Failure(ex);
        }

        await LeaveAsync(client, either.Token);
        if (client.Refused.Count > 0) throw new AlertFailedException($"{mail.Host} did not take it for {client.Refusals}; the others have it.", passing: false) { InPart = true };
    }

    private MimeMessage Write(AlertMessage message)
    {
        var letter = new MimeMessage
        {
            Subject = $"DrChaffee: {message.Headline}",
            Body = new TextPart("plain") { Text = string.Create(CultureInfo.InvariantCulture, $"{message.Text}\n\n{message.CreatedAt:u}, {Environment.MachineName}\n") },
            Date = message.CreatedAt,
            MessageId = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{message.Key} {message.CreatedAt:O}")))[..32]}@drchaffee.invalid", // the same for each try
        };
        letter.From.Add(new MailboxAddress("DrChaffee", mail.From));
        letter.To.AddRange(mail.To.Select(address => new MailboxAddress(name: null, address)));
        letter.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        letter.Headers.Add("X-DrChaffee-Key", message.Key);
        return letter;
    }

    /// <summary>What was taken stays taken, however the server ends the connection.</summary>
    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception ex) when (ex is IOException or ProtocolException or CommandException or SocketException or OperationCanceledException)
        {
            // It is closed all the same.
        }
    }

    private AlertFailedException Failure(Exception exception) => exception switch
    {
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: < (SmtpStatusCode)500 } } => Failed("could not look at the name and password of SMTP_URL just now", passing: true, exception),
        AuthenticationException => Failed("did not take the name and password of SMTP_URL", passing: false, exception),
        ServiceNotAuthenticatedException => Failed("asks who sends it; write a name and a password in SMTP_URL", passing: false, exception),
        SslHandshakeException { InnerException: IOException or SocketException } => Failed("broke the connection off before TLS was agreed on", passing: true, exception),
        SslHandshakeException => Failed("could not be spoken to by TLS, or nobody vouches for its certificate", passing: false, exception),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } nobody => Failed($"did not take it for {nobody.Message}", (int)nobody.StatusCode < 500, exception),
        SmtpCommandException command => Failed(string.Create(CultureInfo.InvariantCulture, $"did not take it ({(int)command.StatusCode} {command.Message.TrimEnd('.')})"), (int)command.StatusCode < 500, exception),
        NotSupportedException => Failed(mail.Tls == MailTls.Required ? "does not offer TLS, or no way to sign in; one without TLS needs ?tls=none at the end of SMTP_URL" : "offers no way to sign in", passing: false, exception),
        SocketException => Failed("was not reached; check SMTP_URL", passing: true, exception),
        IOException or ProtocolException or ServiceNotConnectedException => Failed("broke the connection off", passing: true, exception),
        _ => Failed($"was not told it: {exception.Message.TrimEnd('.')}", passing: true, exception),
    };

    private AlertFailedException Failed(string what, bool passing, Exception exception) => new($"{mail.Host} {what}.", passing, exception);
}
