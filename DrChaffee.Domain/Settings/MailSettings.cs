using System.Net.Mail;

namespace DrChaffee.Domain.Settings;

/// <summary>Whom mail goes to, and by which server.</summary>
public sealed record MailSettings(IReadOnlyList<string> To, string From, string Host, int Port, MailTls Tls)
{
    private const int SubmissionPort = 587;
    private const int SecurePort = 465;
    private const string Unencrypted = "?tls=none";

    /// <summary>Null where the server asks for none.</summary>
    public string? UserName { get; init; }
    public string? Password { get; init; }

    /// <summary>Without the name and the password, so that no log can hold them.</summary>
    public override string ToString() => $"{string.Join(", ", To)} by {Host}";

    /// <summary>Null unless <c>ALERT_MAIL_TO</c> names somebody.</summary>
    internal static MailSettings? Read(EnvironmentReader environment)
    {
        var (from, smtp) = (environment.Text("ALERT_MAIL_FROM"), environment.Text("SMTP_URL"));
        if (environment.Text("ALERT_MAIL_TO") is not { } text)
        {
            if ((from ?? smtp) is not null) environment.Fault($"{(from is null ? "SMTP_URL" : "ALERT_MAIL_FROM")} is set without ALERT_MAIL_TO; write there whom mail goes to.");
            return null;
        }

        string[] to = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (to.Length == 0) environment.Fault("ALERT_MAIL_TO holds no address; write mail addresses with commas between them.");
        foreach (var address in to.Where(address => !IsMail(address))) environment.Fault($"ALERT_MAIL_TO holds '{address}'; write mail addresses with commas between them.");
        if (from is null || !IsMail(from)) environment.Fault("ALERT_MAIL_FROM is no mail address; write the one that mail comes from, such as drchaffee@example.org.");
        var server = ReadServer(environment, smtp);
        return server is null || from is null ? null : server with { To = to, From = from };
    }

    private static bool IsMail(string text) => MailAddress.TryCreate(text, out var address) && address.Address == text;

    /// <summary>What is wrong is told without the address: it may hold a password.</summary>
    private static MailSettings? ReadServer(EnvironmentReader environment, string? text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address is { Scheme: "smtp" or "smtps", Host.Length: > 0, AbsolutePath: "" or "/", Query: "" or Unencrypted, Fragment: "" } && (address.Scheme == "smtp" || address.Query.Length == 0))
        {
            var secure = address.Scheme == "smtps";
            var names = address.UserInfo.Split(':', 2);
            return new MailSettings([], "", address.Host, address.Port > 0 ? address.Port : secure ? SecurePort : SubmissionPort, secure ? MailTls.FromTheStart : address.IsLoopback || address.Query.Length > 0 ? MailTls.None : MailTls.Required)
            {
                UserName = names[0].Length > 0 ? Uri.UnescapeDataString(names[0]) : null,
                Password = names.Length > 1 ? Uri.UnescapeDataString(names[1]) : null,
            };
        }

        environment.Fault("SMTP_URL is missing or cannot be read; write smtp://host:587, smtps://host:465, or smtp://host:25?tls=none for a server without TLS, with user:password@ before the host where it asks for them.");
        return null;
    }
}

/// <summary>Whether a mail server must speak TLS.</summary>
public enum MailTls
{
    FromTheStart,

    /// <summary>The server must offer it before anything is told to it.</summary>
    Required,

    /// <summary>The server is on this machine, or its address says that it has none.</summary>
    None,
}
