using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DrChaffee.Ingestion.Discovery.Podcasts;

/// <summary>Reads one <c>item</c> of RSS, or one <c>entry</c> of Atom.</summary>
internal static partial class EpisodeReader
{
    private const int LongestDescription = 4000;

    /// <summary>Formats of <c>podcast:transcript</c> that this program reads, the ones with times and names first.</summary>
    private static readonly string[] CaptionTypes = ["vtt", "srt", "subrip", "json"];

    /// <summary>Null for what has nothing to listen to.</summary>
    public static PodcastEpisode? Read(XElement item, Uri feed)
    {
        IReadOnlyList<XElement> parts = [.. item.Elements()];
        if (Media(parts, feed) is not { } media) return null;
        var guid = Text(parts, "guid") ?? Text(parts, "id");
        return new PodcastEpisode(
            guid ?? Id(media), Text(parts, "title"), media, Captions(parts, feed), Page(parts, feed),
            FeedDate.Read(Text(parts, "pubDate") ?? Text(parts, "published") ?? Text(parts, "date") ?? Text(parts, "updated")),
            Duration(Text(parts, "duration")), Plain(Text(parts, "description") ?? Text(parts, "encoded") ?? Text(parts, "summary") ?? Text(parts, "content")), Image(parts, feed));
    }

    /// <summary>Of an episode without one: where it lies. What follows the <c>?</c> may let in whoever knows it, and an id is shown to everyone.</summary>
    private static string Id(Uri media)
    {
        var place = media.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return media.Query.Length == 0 ? place : $"{place}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(media.Query)))[..16]}";
    }

    /// <summary>The first element of that name that says something.</summary>
    public static string? Text(IEnumerable<XElement> parts, string name) =>
        parts.Where(e => e.Name.LocalName == name).Select(e => e.Value.Trim()).FirstOrDefault(text => text.Length > 0);

    /// <summary>iTunes names it in an attribute, RSS in an element within.</summary>
    public static string? Image(IEnumerable<XElement> parts, Uri feed) => parts.Where(e => e.Name.LocalName is "image" or "thumbnail" or "logo")
        .Select(e => (string?)e.Attribute("href") ?? (string?)e.Attribute("url") ?? e.Elements().FirstOrDefault(inner => inner.Name.LocalName == "url")?.Value ?? e.Value)
        .Select(text => Address(text, feed)?.AbsoluteUri).FirstOrDefault(address => address is not null);

    /// <summary>Where the feed goes on, if it comes in pages.</summary>
    public static Uri? Next(IEnumerable<XElement> parts, Uri feed) => parts.Where(e => e.Name.LocalName == "link" && (string?)e.Attribute("rel") == "next")
        .Select(e => Address((string?)e.Attribute("href"), feed)).FirstOrDefault(address => address is not null);

    /// <summary>Hours, minutes and seconds with colons, or seconds; null for what is neither.</summary>
    public static TimeSpan? Duration(string? text)
    {
        if (text is null) return null;
        var seconds = 0.0;
        var parts = text.Split(':');
        if (parts.Length > 3) return null;
        foreach (var part in parts)
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) || number > 1e7) return null;
            seconds = 60 * seconds + number;
        }

        return seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static Uri? Media(IReadOnlyList<XElement> parts, Uri feed) => parts
        .Where(e => e.Name.LocalName == "enclosure" || (e.Name.LocalName == "link" && (string?)e.Attribute("rel") == "enclosure") || e.Name.LocalName == "content")
        .Concat(parts.Where(e => e.Name.LocalName == "group").SelectMany(e => e.Elements()).Where(e => e.Name.LocalName == "content"))
        .Where(e => IsMedia((string?)e.Attribute("type"), (string?)e.Attribute("url") ?? (string?)e.Attribute("href")))
        .Select(e => Address((string?)e.Attribute("url") ?? (string?)e.Attribute("href"), feed)).FirstOrDefault(address => address is not null);

    private static bool IsMedia(string? type, string? address) =>
        type is { Length: > 0 } ? type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("video/", StringComparison.OrdinalIgnoreCase) || (Download.MediaKind.SaysNothing(type) && HasMediaName(address))
        : HasMediaName(address);

    private static bool HasMediaName(string? address) => address is not null && FolderDiscovery.MediaExtensions.Contains(Path.GetExtension(address.Split('?', '#')[0]));

    private static Uri? Captions(IReadOnlyList<XElement> parts, Uri feed) => parts.Where(e => e.Name.LocalName == "transcript")
        .Select(e => (Rank: CaptionRank((string?)e.Attribute("type"), (string?)e.Attribute("url")), Address: Address((string?)e.Attribute("url"), feed)))
        .Where(found => found.Rank >= 0 && found.Address is not null).OrderBy(found => found.Rank).Select(found => found.Address).FirstOrDefault();

    private static int CaptionRank(string? type, string? address)
    {
        var says = type is { Length: > 0 } && !type.Contains("plain", StringComparison.OrdinalIgnoreCase) ? type : Path.GetExtension(address?.Split('?', '#')[0]) ?? "";
        return Array.FindIndex(CaptionTypes, known => says.Contains(known, StringComparison.OrdinalIgnoreCase));
    }

    private static Uri? Page(IReadOnlyList<XElement> parts, Uri feed) => parts.Where(e => e.Name.LocalName == "link" && (string?)e.Attribute("rel") is null or "alternate")
        .Select(e => Address((string?)e.Attribute("href") ?? e.Value, feed)).FirstOrDefault(address => address is not null);

    private static Uri? Address(string? text, Uri feed) =>
        text?.Trim() is { Length: > 0 } given && Uri.TryCreate(feed, given, out var address) && address.Scheme is "http" or "https" ? address : null;

    /// <summary>The words of a description, without their mark-up.</summary>
    private static string? Plain(string? html)
    {
        if (html is null) return null;
        var text = Blanks().Replace(WebUtility.HtmlDecode(Tags().Replace(Breaks().Replace(html, "\n"), "")).Replace('\u00a0', ' '), " ");
        text = EmptyLines().Replace(text, "\n").Trim();
        if (text.Length > LongestDescription) text = text[..LongestDescription].TrimEnd() + "…";
        return text.Length > 0 ? text : null;
    }

    [GeneratedRegex(@"</p>|</li>|<br\s*/?>|</h\d>", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Breaks();

    [GeneratedRegex("<[^<>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tags();

    [GeneratedRegex(@"[ \t\r]+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();

    [GeneratedRegex(@" *\n[ \n]*", RegexOptions.NonBacktracking)]
    private static partial Regex EmptyLines();
}
