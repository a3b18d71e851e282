using System.Text;

namespace DrChaffee.Domain.Settings;

/// <summary>How recordings are fetched from elsewhere: by which program, through what, and how far that may go.</summary>
public sealed record FetchSettings
{
    private const int DefaultMegabytes = 4096;
    private const int DefaultMinutes = 180;

    /// <summary>True: addresses of this machine and of its own network may be fetched, which a page that anyone may fill in must not reach.</summary>
    public bool PrivateAddressesAllowed { get; init; }

    /// <summary>The largest file that is fetched, in bytes.</summary>
    public long MostBytes { get; init; } = DefaultMegabytes * 1_000_000L;

    /// <summary>The longest that one fetch may take; what has come by then is kept for the next try.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(DefaultMinutes);
    public string YtDlpPath { get; init; } = "yt-dlp";

    /// <summary>Cookies of a browser that is signed in, in Netscape's format; a copy is given to each run of yt-dlp. Absolute.</summary>
    public string? YtDlpCookiesFile { get; init; }

    /// <summary>The proxy that yt-dlp asks through.</summary>
    public string? YtDlpProxy { get; init; }

    /// <summary>Arguments of the operator's, after ours and before the address.</summary>
    public IReadOnlyList<string> YtDlpExtraArguments { get; init; } = [];

    /// <summary>True: captions that a program wrote are taken where no person wrote any.</summary>
    public bool AutomaticCaptionsAllowed { get; init; }

    internal static FetchSettings Read(EnvironmentReader environment)
    {
        var cookies = environment.Text("YTDLP_COOKIES_FILE");
        if (cookies is not null && !File.Exists(cookies)) environment.Fault($"YTDLP_COOKIES_FILE is '{cookies}'; there is no such file.");
        var proxy = environment.Text("YTDLP_PROXY");
        if (proxy is not null && !IsProxy(proxy)) environment.Fault("YTDLP_PROXY is no address of a proxy; write one such as http://user:password@proxy:3128 or socks5://127.0.0.1:1080.");
        return new FetchSettings
        {
            PrivateAddressesAllowed = environment.Flag("ALLOW_PRIVATE_ADDRESSES", false),
            MostBytes = environment.Number("FETCH_LIMIT_MB", DefaultMegabytes, 1, 1_000_000) * 1_000_000L,
            Longest = TimeSpan.FromMinutes(environment.Number("FETCH_LIMIT_MINUTES", DefaultMinutes, 1, 10_000)),
            YtDlpPath = environment.Text("YTDLP_PATH", harmless: true) ?? "yt-dlp",
            YtDlpCookiesFile = cookies is null ? null : Path.GetFullPath(cookies),
            YtDlpProxy = proxy,
            YtDlpExtraArguments = ReadArguments(environment),
            AutomaticCaptionsAllowed = environment.Flag("ALLOW_AUTOMATIC_CAPTIONS", false),
        };
    }

    private static bool IsProxy(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5" or "socks5h" && address.Host.Length > 0;

    private static List<string> ReadArguments(EnvironmentReader environment)
    {
        if (environment.Text("YTDLP_EXTRA_ARGS") is not { } text) return [];
        if (TrySplit(text, out var arguments) && !arguments.Contains("--") && arguments[0].StartsWith('-')) return arguments;
        environment.Fault($"YTDLP_EXTRA_ARGS is '{text}'; write options such as --sleep-requests 1, with quotes around what holds blanks, and without --.");
        return [];
    }

    /// <summary>Blanks part the arguments; single or double quotes hold one together. Nothing else has a meaning. False where a quote is left open.</summary>
    internal static bool TrySplit(string text, out List<string> arguments)
    {
        arguments = [];
        StringBuilder? argument = null;
        char? quote = null;
        foreach (var c in text)
        {
            if (c == quote) quote = null;
            else if (quote is not null) argument!.Append(c);
            else if (c is '"' or '\'')
            {
                quote = c;
                argument ??= new StringBuilder();
            }
            else if (!char.IsWhiteSpace(c)) (argument ??= new StringBuilder()).Append(c);
            else if (argument is not null)
            {
                arguments.Add(argument.ToString());
                argument = null;
            }
        }

        if (argument is not null) arguments.Add(argument.ToString());
        return quote is null && arguments.Count > 0;
    }
}
