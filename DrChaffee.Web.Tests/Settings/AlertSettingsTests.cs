using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Web.Tests.Settings;

public sealed class AlertSettingsTests
{
    private const string Hook = "https://hooks.example.org/services/T0000/B0000/not-to-be-told";

    [Theory]
    [InlineData("ALERT_WEBHOOK_URL cannot be read", "ftp://hidden.example.org/", null, null, null, null)]
    [InlineData("ALERT_WEBHOOK_URL cannot be read", "https://user:hidden@example.org/", null, null, null, null)]
    [InlineData("ALERT_WEBHOOK_SECRET is shorter than 16 characters", Hook, "hidden", null, null, null)]
    [InlineData("ALERT_WEBHOOK_SECRET is set without ALERT_WEBHOOK_URL", null, "a hidden secret, long", null, null, null)]
    [InlineData("ALERT_MAIL_FROM is set without ALERT_MAIL_TO", null, null, null, "a@example.org", null)]
    [InlineData("SMTP_URL is set without ALERT_MAIL_TO", null, null, null, null, "smtp://user:hidden@mail.example.org")]
    [InlineData("ALERT_MAIL_FROM is set without ALERT_MAIL_TO", null, null, null, "a@example.org", "smtp://user:hidden@mail.example.org")]
    [InlineData("ALERT_MAIL_TO holds 'anna'", null, null, "anna, b@example.org", "a@example.org", "smtp://mail.example.org")]
    [InlineData("ALERT_MAIL_TO holds no address", null, null, " , ", "a@example.org", "smtp://mail.example.org")]
    [InlineData("ALERT_MAIL_FROM is no mail address", null, null, "b@example.org", "anna", "smtp://mail.example.org")]
    [InlineData("SMTP_URL is missing or cannot be read", null, null, "b@example.org", "a@example.org", null)]
    [InlineData("SMTP_URL is missing or cannot be read", null, null, "b@example.org", "a@example.org", "http://user:hidden@mail.example.org")]
    [InlineData("SMTP_URL is missing or cannot be read", null, null, "b@example.org", "a@example.org", "smtp://user:hidden@mail.example.org?tls=maybe")]
    [InlineData("SMTP_URL is missing or cannot be read", null, null, "b@example.org", "a@example.org", "smtps://user:hidden@mail.example.org?tls=none")]
    public void What_is_half_set_or_cannot_be_read_is_a_fault_that_tells_no_secret(string fault, string? hook, string? secret, string? to, string? from, string? server)
    {
        var exception = Assert.Throws<SettingsException>(() => Read(("ALERT_WEBHOOK_URL", hook), ("ALERT_WEBHOOK_SECRET", secret), ("ALERT_MAIL_TO", to), ("ALERT_MAIL_FROM", from), ("SMTP_URL", server)));

        Assert.StartsWith(fault, Assert.Single(exception.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smtp://mail.example.org", "mail.example.org", 587, MailTls.Required, null, null)]
    [InlineData("smtp://me%40example.org:p%2Fw@mail.example.org:2525", "mail.example.org", 2525, MailTls.Required, "me@example.org", "p/w")]
    [InlineData("smtps://me:pw@mail.example.org", "mail.example.org", 465, MailTls.FromTheStart, "me", "pw")]
    [InlineData("smtp://mail.example.org:25?tls=none", "mail.example.org", 25, MailTls.None, null, null)]
    [InlineData("smtp://127.0.0.1:25", "127.0.0.1", 25, MailTls.None, null, null)]
    [InlineData("smtps://localhost", "localhost", 465, MailTls.FromTheStart, null, null)]
    public void A_mail_server_must_speak_TLS_unless_it_is_on_this_machine_or_its_address_says_otherwise(string address, string host, int port, MailTls tls, string? user, string? password)
    {
        var mail = Read(("ALERT_MAIL_TO", "a@example.org, b@example.org"), ("ALERT_MAIL_FROM", "c@example.org"), ("SMTP_URL", address)).Alerts.Mail!;

        Assert.Equal((host, port, tls, user, password), (mail.Host, mail.Port, mail.Tls, mail.UserName, mail.Password));
        Assert.Equal(["a@example.org", "b@example.org"], mail.To);
    }

    [Fact]
    public void What_must_not_be_told_stays_out_of_logs()
    {
        var settings = Read(("ALERT_WEBHOOK_URL", Hook), ("ALERT_WEBHOOK_SECRET", "signed with this one"), ("ALERT_MAIL_TO", "a@example.org"), ("ALERT_MAIL_FROM", "c@example.org"), ("SMTP_URL", "smtp://me:mail-password@mail.example.org"));
        var redactor = new SecretRedactor(settings);

        Assert.Equal("hooks.example.org and a@example.org by mail.example.org", settings.Alerts.ToString());
        Assert.Equal("*** *** *** ***", redactor.Clean($"{Hook} /services/T0000/B0000/not-to-be-told {settings.Alerts.WebhookSecret!} mail-password"));
    }

    private static ChaffeeSettings Read(params (string Name, string? Value)[] variables) =>
        ChaffeeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(variables.ToDictionary(v => v.Name, v => v.Value)).Build());
}
