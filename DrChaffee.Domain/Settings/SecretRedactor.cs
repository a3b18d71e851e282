using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DrChaffee.Domain.Settings;

/// <summary>Takes passwords, keys and cookies out of a text before it is logged or shown: this machine's own wherever they stand, and what looks like one.</summary>
public sealed partial class SecretRedactor
{
    private const string Hidden = "***";

    /// <summary>A shorter one is a word that stands in many places.</summary>
    private const int ShortestSecret = 8;

    private readonly string[] _own;

    public SecretRedactor(ChaffeeSettings settings) : this([.. settings.Secrets, .. PasswordsOf(settings.ConnectionString)])
    {
    }

    private SecretRedactor(IEnumerable<string> own) => _own =
        [.. own.SelectMany(secret => (string[])[secret, Uri.EscapeDataString(secret)]).Where(secret => secret.Length >= ShortestSecret).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];

    /// <summary>For what fails before the settings are known.</summary>
    public static SecretRedactor WithoutSettings { get; } = new((string[])[]);

    /// <param name="keepTokens">True where a token is told on purpose, such as the link that sets the first password.</param>
    public string Clean(string text, bool keepTokens = false)
    {
        foreach (var secret in _own) text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        text = AddressPassword().Replace(text, $"${{before}}{Hidden}@");
        text = Header().Replace(text, $"${{name}}{Hidden}");
        text = Key().Replace(text, Hidden);
        return keepTokens ? text : Named().Replace(text, $"${{name}}{Hidden}");
    }

    /// <summary>What variables hold whose name says so, passwords in addresses, and the address of the webhook: whoever knows it may write there.</summary>
    internal static IReadOnlyList<string> SecretsIn(IConfiguration configuration)
    {
        var secrets = new List<string>();
        foreach (var (name, value) in configuration.AsEnumerable())
        {
            if (string.IsNullOrWhiteSpace(value)) continue;
            if (name.EndsWith("PASSWORD", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_KEY", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith("_SECRET", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_TOKEN", StringComparison.OrdinalIgnoreCase)) secrets.Add(value.Trim());
            else if (name.Equals(AlertSettings.WebhookVariable, StringComparison.OrdinalIgnoreCase)) secrets.AddRange(AlertSettings.SecretsOf(value.Trim()));
            else if (name.EndsWith("_HEADERS", StringComparison.OrdinalIgnoreCase)) secrets.AddRange(value.Split(',').Select(header => Uri.UnescapeDataString(header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim())));
            else secrets.AddRange(AddressPassword().Matches(value).Select(found => Uri.UnescapeDataString(found.Groups["secret"].Value)));
        }

        return secrets;
    }

    private static string[] PasswordsOf(string connectionString)
    {
        if (connectionString.Length == 0) return [];
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        return [.. new[] { database.Password, database.SslPassword }.OfType<string>()];
    }

    private const RegexOptions Shape = RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"(?<before>[a-z][a-z0-9+.-]*://[^\s/:@]*:)(?<secret>[^\s/]+)@", Shape)]
    private static partial Regex AddressPassword();

    [GeneratedRegex(@"(?<name>\b(authorization|cookie|set-cookie)\s*:\s*)[^\r\n]+", Shape)]
    private static partial Regex Header();

    [GeneratedRegex("""(?<name>\b(password|passwd|pwd|api[-_ ]?key|token|secret)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s;,&"']+)""", Shape)]
    private static partial Regex Named();

    [GeneratedRegex(@"\b(bearer\s+[a-z0-9._~+/=-]{8,}|(sk|pk|ghp|gho|xoxb|xoxp)[-_][a-z0-9_-]{16,})", Shape)]
    private static partial Regex Key();
}
