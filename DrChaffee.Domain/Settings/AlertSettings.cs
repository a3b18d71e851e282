namespace DrChaffee.Domain.Settings;

/// <summary>Where an operator who looks at nothing is told of what needs a person.</summary>
public sealed record AlertSettings
{
    internal const string WebhookVariable = "ALERT_WEBHOOK_URL";
    private const int ShortestSecret = 16;
    private const int DefaultHours = 3;

    /// <summary>Takes a POST of JSON; null: none does. Whoever knows it may write there, so it is told by its host alone.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>What is sent there is signed with it; null: it is not signed.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Null: nothing goes by mail.</summary>
    public MailSettings? Mail { get; init; }

    /// <summary>A nightly run that did not begin is told of so long after its time.</summary>
    public TimeSpan MissedAfter { get; init; } = TimeSpan.FromHours(DefaultHours);

    public bool AnySet => Webhook is not null || Mail is not null;

    /// <summary>Without the address and the secret, so that no log can hold them.</summary>
    public override string ToString() => string.Join(" and ", new[] { Webhook?.Authority, Mail?.ToString() }.OfType<string>());

    internal static AlertSettings Read(EnvironmentReader environment)
    {
        var secret = environment.Text("ALERT_WEBHOOK_SECRET");
        if (secret is { Length: < ShortestSecret }) environment.Fault($"ALERT_WEBHOOK_SECRET is shorter than {ShortestSecret} characters; choose a longer one.");
        var webhook = ReadWebhook(environment);
        if (secret is not null && environment.Text(WebhookVariable) is null) environment.Fault($"ALERT_WEBHOOK_SECRET is set without {WebhookVariable}; write the address there.");
        return new AlertSettings
        {
            Webhook = webhook,
            WebhookSecret = secret,
            Mail = MailSettings.Read(environment),
            MissedAfter = TimeSpan.FromHours(environment.Number("ALERT_MISSED_HOURS", DefaultHours, 1, 168)),
        };
    }

    /// <summary>The address, and what follows the host in it where that may be a secret.</summary>
    internal static IReadOnlyList<string> SecretsOf(string webhook) =>
        Uri.TryCreate(webhook, UriKind.Absolute, out var address) && address.PathAndQuery is { Length: >= ShortestSecret } path ? [webhook, path] : [webhook];

    /// <summary>What is wrong is told without the address.</summary>
    private static Uri? ReadWebhook(EnvironmentReader environment)
    {
        if (environment.Text(WebhookVariable) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0, UserInfo: "" }) return address;
        environment.Fault($"{WebhookVariable} cannot be read; write an address that begins with https:// or http://, without a name or password before the host.");
        return null;
    }
}
