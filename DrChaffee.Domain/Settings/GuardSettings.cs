using System.Net;

namespace DrChaffee.Domain.Settings;

/// <summary>Whom a server on the internet believes, and how much it does for one client.</summary>
public sealed record GuardSettings
{
    private const int DefaultRetentionSeconds = 180;

    /// <summary>Those in front of this program: what they say of the client's address is believed, and what anybody else says is not.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Sites beside this one whose pages may change something here or open a WebSocket, such as <c>https://example.org</c>.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Pages, searches and transcripts a minute for one client; 0, here as below: without a limit.</summary>
    public int SearchesPerMinute { get; init; } = 600;
    public int SuggestionsPerMinute { get; init; } = 1200;

    /// <summary>Answers to questions, which may cost money.</summary>
    public int AnswersPerMinute { get; init; } = 30;
    public int SignInsPerMinute { get; init; } = 30;
    public int AdminCallsPerMinute { get; init; } = 3000;

    /// <summary>Connections that are held open at once, WebSockets among them; one more is closed at once.</summary>
    public int MostConnections { get; init; } = 1000;

    /// <summary>How many of an admin's pages are kept ready for when their line comes back, and how long each is.</summary>
    public int CircuitsKept { get; init; } = 100;
    public TimeSpan CircuitRetention { get; init; } = TimeSpan.FromSeconds(DefaultRetentionSeconds);

    /// <summary>What ffmpeg, ffprobe or yt-dlp may take of memory, in bytes; null: without a limit.</summary>
    public long? ToolMemory { get; init; } = 1_000_000_000;

    internal static GuardSettings Read(EnvironmentReader environment)
    {
        var limits = new GuardSettings();
        return new GuardSettings
        {
            TrustedProxies = ReadNetworks(environment, "TRUSTED_PROXIES"),
            AllowedOrigins = ReadOrigins(environment, "ALLOWED_ORIGINS"),
            SearchesPerMinute = environment.Number("RATE_LIMIT_SEARCH", limits.SearchesPerMinute, 0, 1_000_000),
            SuggestionsPerMinute = environment.Number("RATE_LIMIT_SUGGESTIONS", limits.SuggestionsPerMinute, 0, 1_000_000),
            AnswersPerMinute = environment.Number("RATE_LIMIT_ANSWERS", limits.AnswersPerMinute, 0, 1_000_000),
            SignInsPerMinute = environment.Number("RATE_LIMIT_SIGN_IN", limits.SignInsPerMinute, 0, 1_000_000),
            AdminCallsPerMinute = environment.Number("RATE_LIMIT_ADMIN", limits.AdminCallsPerMinute, 0, 1_000_000),
            MostConnections = environment.Number("MAX_CONNECTIONS", limits.MostConnections, 10, 1_000_000),
            CircuitsKept = environment.Number("CIRCUITS_KEPT", limits.CircuitsKept, 0, 10_000),
            CircuitRetention = TimeSpan.FromSeconds(environment.Number("CIRCUIT_RETENTION_SECONDS", DefaultRetentionSeconds, 1, 86_400)),
            ToolMemory = environment.Number("TOOL_MEMORY_MB", 1000, 0, 1_000_000) is > 0 and var megabytes ? megabytes * 1_000_000L : null,
        };
    }

    private static List<IPNetwork> ReadNetworks(EnvironmentReader environment, string name)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in environment.List(name))
        {
            if (TryReadNetwork(text, out var network)) networks.Add(network);
            else environment.Fault($"{name} holds '{text}'; write addresses or networks such as 10.0.0.0/8, 192.168.1.5 or fd00::/8, with commas between them.");
        }

        return networks;
    }

    /// <summary>An address is a network of one.</summary>
    private static bool TryReadNetwork(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network)) return true;
        if (text.AsSpan().IndexOfAny('.', ':') < 0 || !IPAddress.TryParse(text, out var address)) return false; // a bare number is an address too
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    private static List<string> ReadOrigins(EnvironmentReader environment, string name)
    {
        var origins = new List<string>();
        foreach (var text in environment.List(name))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address is { PathAndQuery: "/", UserInfo: "", Fragment: "" }) origins.Add(address.GetLeftPart(UriPartial.Authority));
            else environment.Fault($"{name} holds '{text}'; write origins such as https://example.org, with commas between them.");
        }

        return origins;
    }
}
