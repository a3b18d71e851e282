using System.Globalization;

namespace DrChaffee.Ingestion.Discovery.Podcasts;

/// <summary>Dates as feeds write them: RFC 822 with its names of zones, or ISO 8601.</summary>
internal static class FeedDate
{
    /// <summary>RFC 822, section 5.1.</summary>
    private static readonly Dictionary<string, string> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UT"] = "+00:00",
        ["UTC"] = "+00:00",
        ["GMT"] = "+00:00",
        ["Z"] = "+00:00",
        ["EST"] = "-05:00",
        ["EDT"] = "-04:00",
        ["CST"] = "-06:00",
        ["CDT"] = "-05:00",
        ["MST"] = "-07:00",
        ["MDT"] = "-06:00",
        ["PST"] = "-08:00",
        ["PDT"] = "-07:00",
    };

    /// <summary>Null for what is no date. A date without a zone is taken as UTC.</summary>
    public static DateTimeOffset? Read(string? text)
    {
        if (text is null) return null;
        var plain = text.IndexOf(',', StringComparison.Ordinal) is var comma && comma is > 0 and < 12 ? text[(comma + 1)..].Trim() : text.Trim(); // the weekday is often wrong, and never needed
        if (plain.LastIndexOf(' ') is var blank and > 0 && Zones.TryGetValue(plain[(blank + 1)..], out var zone)) plain = $"{plain[..blank]} {zone}";
        return DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var date) && date.Year is > 1900 and < 3000 ? date.ToUniversalTime() : null;
    }
}
