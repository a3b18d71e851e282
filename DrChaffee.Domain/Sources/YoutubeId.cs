using System.Globalization;
using System.Text.RegularExpressions;

namespace DrChaffee.Domain.Sources;

/// <summary>A YouTube video's id, parsed once from whatever a person or a file name gives.</summary>
public readonly partial record struct YoutubeId
{
    private const int Length = 11;

    private readonly string? _value;

    private YoutubeId(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>Reads a watch, short-link, embed, shorts or live address, or a bare id.</summary>
    public static bool TryParse(string? urlOrId, out YoutubeId id)
    {
        id = default;
        var text = urlOrId?.Trim();
        if (string.IsNullOrEmpty(text))
            return false;
        var found = IsId(text) ? text : FindInAddress(text);
        if (found is not null)
            id = new YoutubeId(found);
        return found is not null;
    }

    /// <summary>Finds the id that yt-dlp puts in brackets at the end of a name: <c>Title [dQw4w9WgXcQ].en.vtt</c>.</summary>
    public static bool TryFindInFileName(string? path, out YoutubeId id)
    {
        id = default;
        var match = BracketedId().Match(Path.GetFileName(path ?? ""));
        if (match.Success)
            id = new YoutubeId(match.Groups["id"].Value);
        return match.Success;
    }

    /// <summary>The page to watch it on, from the whole second at or before <paramref name="at"/>.</summary>
    public string WatchUrl(TimeSpan? at = null) => at is { } time && time >= TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"https://www.youtube.com/watch?v={Value}&t={(long)time.TotalSeconds}s")
        : $"https://www.youtube.com/watch?v={Value}";

    public override string ToString() => Value;

    private static string? FindInAddress(string text)
    {
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var address))
            return null;
        var host = address.Host.ToLowerInvariant();
        var path = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (host is "youtu.be" or "www.youtu.be")
            return path is [var brief, ..] && IsId(brief) ? brief : null;
        if (!IsYoutube(host))
            return null;
        var id = path switch
        {
            ["watch"] => FindParameter(address.Query),
            ["embed" or "shorts" or "live" or "v" or "e" or "watch", var named, ..] => named,
            _ => null,
        };
        return id is not null && IsId(id) ? id : null;
    }

    private static bool IsYoutube(string host) =>
        host is "youtube.com" or "youtube-nocookie.com" ||
        host.EndsWith(".youtube.com", StringComparison.Ordinal) || host.EndsWith(".youtube-nocookie.com", StringComparison.Ordinal);

    private static string? FindParameter(string query) =>
        query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith("v=", StringComparison.Ordinal))?[2..];

    private static bool IsId(string text) =>
        text.Length == Length && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    [GeneratedRegex(@"\[(?<id>[A-Za-z0-9_-]{11})\](\.[A-Za-z0-9-]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex BracketedId();
}
