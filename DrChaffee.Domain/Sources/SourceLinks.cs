using System.Globalization;

namespace DrChaffee.Domain.Sources;

/// <summary>Addresses of a recording at a second. Links name whole seconds, rounded down, so that the first word is heard.</summary>
public static class SourceLinks
{
    /// <summary>The recording here, as a path.</summary>
    public static string Watch(string key, TimeSpan? at = null) => at is { } time ? $"/watch/{key}?t={Seconds(time)}" : $"/watch/{key}";

    /// <summary>The recording where it is published, or null. YouTube understands the second; other places get a media fragment.</summary>
    public static string? Published(string? url, TimeSpan at)
    {
        if (url is null) return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) return url;
        if (address.Host.EndsWith("youtube.com", StringComparison.OrdinalIgnoreCase) || address.Host.Equals("youtu.be", StringComparison.OrdinalIgnoreCase))
            return $"{url}{(address.Query.Length > 0 ? "&" : "?")}t={Seconds(at)}s";
        return address.Fragment.Length > 0 ? url : $"{url}#t={Seconds(at)}";
    }

    private static string Seconds(TimeSpan time) => ((long)Math.Max(0, time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
