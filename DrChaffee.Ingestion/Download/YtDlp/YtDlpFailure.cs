using System.Text.RegularExpressions;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Tools;

namespace DrChaffee.Ingestion.Download.YtDlp;

/// <summary>What yt-dlp's words mean. The first rule whose pattern is found in its errors wins; what no rule knows waits for a person, with all that was said.</summary>
internal static partial class YtDlpFailure
{
    private static readonly (Regex Pattern, FailureClass Class, string Sentence)[] Rules =
    [
        (Captcha(), FailureClass.Blocked, "{0} takes this machine for a robot; set YTDLP_COOKIES_FILE or YTDLP_PROXY, or wait."),
        (RateLimit(), FailureClass.Transient, "{0} is asked too often."),
        (Members(), FailureClass.Gone, "It is for members only."),
        (Private(), FailureClass.Gone, "It is private."),
        (Age(), FailureClass.Gone, "It is only shown to those who are signed in and of age; set YTDLP_COOKIES_FILE."),
        (Geo(), FailureClass.Gone, "It is not shown in this country; set YTDLP_PROXY to one where it is."),
        (Removed(), FailureClass.Gone, "It was removed, or is not there any more."),
        (Protected(), FailureClass.Unsupported, "It is protected against copying."),
        (Unsupported(), FailureClass.Unsupported, "yt-dlp finds no recording at this address."),
        (Forbidden(), FailureClass.Blocked, "{0} refuses this machine (403 Forbidden)."),
        (SignIn(), FailureClass.Blocked, "{0} asks to sign in; set YTDLP_COOKIES_FILE."),
        (Network(), FailureClass.Transient, "The connection to {0} failed, or it has trouble."),
        (Outdated(), FailureClass.Unsupported, "yt-dlp does not understand {0} any more; update yt-dlp, and try it again."),
    ];

    /// <param name="address">Null where a run had no address of its own.</param>
    /// <param name="said">Its whole standard error.</param>
    public static IngestionException Of(Uri? address, string said, int exitCode)
    {
        var errors = string.Join('\n', said.Split('\n').Where(line => line.StartsWith("ERROR", StringComparison.Ordinal))) is { Length: > 0 } found ? found : said;
        if (NotBegun().IsMatch(errors)) return new SourceWaitsException("It has not begun yet; it is taken up when it has been broadcast.");
        if (DiskFull().IsMatch(errors)) return new SourceWaitsException("The disk is full; make room, or set AUDIO_STORAGE_DIR to a larger disk. It goes on by itself with the next run.");
        foreach (var text in (string[])[errors, said]) // a carriage return may part an error from its text
        {
            foreach (var (pattern, failureClass, sentence) in Rules)
                if (pattern.IsMatch(text)) return New(failureClass, sentence.Replace("{0}", HostOf(address), StringComparison.Ordinal), address, said, exitCode);
        }

        return LastError(errors) is { Length: > 0 } last
            ? New(FailureClass.Unsupported, $"yt-dlp failed: {last}.", address, said, exitCode)
            : New(FailureClass.Transient, $"The connection to {HostOf(address)} failed, or it has trouble.", address, said, exitCode); // an error without words is the system's, as when a connection ends in mid-file
    }

    public static SourceFailedException TooSlow(Uri? address, TimeSpan limit, string said, Exception cause) => new(
        FailureClass.Transient, $"yt-dlp did not finish with {HostOf(address)} within {limit.TotalMinutes:0} minutes.", new PlaceException($"Stopped after {limit}.{Environment.NewLine}{said}", cause) { Host = address?.IdnHost.ToLowerInvariant() });

    public static SourceFailedException TooMuch(Uri? address, ToolLimit exceeded, ChaffeeSettings settings, string said, int exitCode) => New(
        FailureClass.Unsupported,
        exceeded == ToolLimit.Memory ? $"yt-dlp asks for more than {settings.Guard.ToolMemory / 1_000_000} MB of memory for it (TOOL_MEMORY_MB)." : $"The file is larger than {settings.Fetch.MostBytes / 1_000_000} MB (FETCH_LIMIT_MB).",
        address, said, exitCode);

    public static SourceFailedException New(FailureClass failureClass, string sentence, Uri? address, string said, int exitCode) =>
        new(failureClass, sentence, new PlaceException($"yt-dlp ended with {exitCode} for {address}:{Environment.NewLine}{said}") { Host = address?.IdnHost.ToLowerInvariant() });

    private static string HostOf(Uri? address) => address?.Host ?? "the site";

    /// <summary>Without the name of the part of yt-dlp that said it, and without its request to report it.</summary>
    private static string LastError(string errors)
    {
        var last = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var line] ? line : "it said nothing";
        last = last.Split("; please report this issue", 2)[0].Split(" (caused by", 2)[0];
        return (last.StartsWith("ERROR:", StringComparison.Ordinal) ? last["ERROR:".Length..] : last).Trim().TrimEnd('.');
    }

    private const RegexOptions Words = RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"not a bot|captcha|unusual traffic|automated (queries|requests)", Words)]
    private static partial Regex Captcha();

    [GeneratedRegex(@"HTTP Error 429|Too Many Requests|rate-limited|try again later", Words)]
    private static partial Regex RateLimit();

    [GeneratedRegex(@"members-only|members only|join this channel|premium (members|subscribers)|requires payment|only available (to|for) (subscribers|registered|paying)", Words)]
    private static partial Regex Members();

    [GeneratedRegex(@"private video|video is private|this is private", Words)]
    private static partial Regex Private();

    [GeneratedRegex(@"confirm your age|age-restricted|age restricted|inappropriate for some users", Words)]
    private static partial Regex Age();

    [GeneratedRegex(@"in your country|geo.?restrict|not available (in|from) your (location|region)|from your location", Words)]
    private static partial Regex Geo();

    [GeneratedRegex(@"removed|no longer available|video unavailable|has been terminated|does not exist|HTTP Error 404|HTTP Error 410|isn.t available|is not available anymore|been deleted", Words)]
    private static partial Regex Removed();

    [GeneratedRegex(@"DRM", RegexOptions.NonBacktracking)]
    private static partial Regex Protected();

    [GeneratedRegex(@"Unsupported URL|is not a valid URL|No video formats found|Requested format is not available|no suitable extractor|There.?s no video|unsupported url scheme|unknown url type", Words)]
    private static partial Regex Unsupported();

    [GeneratedRegex(@"HTTP Error 403|Forbidden|HTTP Error 401", Words)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"sign in|log in|login required|use --cookies", Words)]
    private static partial Regex SignIn();

    [GeneratedRegex(
        @"timed out|timeout|connection (was )?(reset|refused|aborted|broken)|remote end closed|name or service not known|name resolution|getaddrinfo|network is unreachable|no route to host|HTTP Error (408|425|5\d\d)|incomplete ?read|bytes read|did not get any data blocks|downloaded file is empty|content too short|SSL|certificate|EOF occurred|connection error|urlopen error|unable to connect|tunnel connection failed",
        Words)]
    private static partial Regex Network();

    [GeneratedRegex(@"unable to extract|signature extraction|nsig|please report this issue|failed to parse json|player response", Words)]
    private static partial Regex Outdated();

    [GeneratedRegex(@"live event will begin|premieres in|premiere will begin|will begin (in|shortly)|has not (yet )?started|offline", Words)]
    private static partial Regex NotBegun();

    [GeneratedRegex(@"no space left on device|disk quota exceeded|not enough space on the disk", Words)]
    private static partial Regex DiskFull();
}
