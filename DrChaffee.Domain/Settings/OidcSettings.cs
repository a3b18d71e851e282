namespace DrChaffee.Domain.Settings;

/// <summary>A provider that signs people in by OpenID Connect, and which of them get which role.</summary>
public sealed record OidcSettings(Uri Authority, string ClientId, string? ClientSecret)
{
    private const string Example = "https://accounts.example.org";

    /// <summary>What the button calls the provider.</summary>
    public string Name { get; init; } = "";
    public IReadOnlySet<string> AdminEmails { get; init; } = new HashSet<string>();
    public IReadOnlySet<string> EditorEmails { get; init; } = new HashSet<string>();

    /// <summary>The claim that holds <c>admin</c> or <c>editor</c>, where the provider gives roles.</summary>
    public string? RolesClaim { get; init; }

    /// <summary>Without the secret, so that no log can hold it.</summary>
    public override string ToString() => $"{ClientId} at {Authority.Authority}";

    /// <summary>Null unless <c>OIDC_AUTHORITY</c> names a provider.</summary>
    internal static OidcSettings? Read(EnvironmentReader environment)
    {
        var client = environment.Text("OIDC_CLIENT_ID");
        if (environment.Text("OIDC_AUTHORITY") is null)
        {
            if (client is not null) environment.Fault("OIDC_CLIENT_ID is set without OIDC_AUTHORITY; write the provider's address there.");
            return null;
        }

        var authority = environment.Address("OIDC_AUTHORITY", Example);
        if (authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback) environment.Fault("OIDC_AUTHORITY is not https; what it sends could be changed on the way.");
        if (client is null) environment.Fault("OIDC_CLIENT_ID is missing; write the name that the provider gave this program.");
        var settings = new OidcSettings(authority, client ?? "", environment.Text("OIDC_CLIENT_SECRET"))
        {
            Name = environment.Text("OIDC_NAME") ?? authority.Host,
            AdminEmails = Emails(environment, "OIDC_ADMIN_EMAILS"),
            EditorEmails = Emails(environment, "OIDC_EDITOR_EMAILS"),
            RolesClaim = environment.Text("OIDC_ROLES_CLAIM", harmless: true),
        };
        if (settings is { AdminEmails.Count: 0, EditorEmails.Count: 0, RolesClaim: null })
            environment.Fault("OIDC_AUTHORITY is set, and nobody may sign in by it; write OIDC_ADMIN_EMAILS, OIDC_EDITOR_EMAILS or OIDC_ROLES_CLAIM.");
        return settings;
    }

    private static HashSet<string> Emails(EnvironmentReader environment, string name)
    {
        var emails = (environment.Text(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var email in emails.Where(email => email.IndexOf('@', StringComparison.Ordinal) < 1)) environment.Fault($"{name} holds '{email}'; write mail addresses with commas between them.");
        return emails;
    }
}
