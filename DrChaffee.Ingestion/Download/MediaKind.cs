namespace DrChaffee.Ingestion.Download;

/// <summary>What kind of file an answer is, by its content type, its address and its first bytes.</summary>
internal static class MediaKind
{
    private static readonly Dictionary<string, string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["audio/mpeg"] = ".mp3",
        ["audio/mp3"] = ".mp3",
        ["audio/x-mp3"] = ".mp3",
        ["audio/mpeg3"] = ".mp3",
        ["audio/mp4"] = ".m4a",
        ["audio/x-m4a"] = ".m4a",
        ["audio/m4a"] = ".m4a",
        ["audio/aac"] = ".aac",
        ["audio/x-aac"] = ".aac",
        ["audio/ogg"] = ".ogg",
        ["application/ogg"] = ".ogg",
        ["audio/opus"] = ".opus",
        ["audio/flac"] = ".flac",
        ["audio/x-flac"] = ".flac",
        ["audio/wav"] = ".wav",
        ["audio/x-wav"] = ".wav",
        ["audio/wave"] = ".wav",
        ["audio/vnd.wave"] = ".wav",
        ["audio/webm"] = ".webm",
        ["video/mp4"] = ".mp4",
        ["video/x-m4v"] = ".mp4",
        ["application/mp4"] = ".mp4",
        ["video/webm"] = ".webm",
        ["video/quicktime"] = ".mov",
        ["video/x-matroska"] = ".mkv",
    };

    private static readonly string[] Captions = [".vtt", ".srt", ".json"];

    /// <summary>Types that a careless server gives everything it does not know.</summary>
    public static bool SaysNothing(string? contentType) => contentType is null or "" or "application/octet-stream" or "binary/octet-stream" or "application/x-download" or "application/force-download" or "application/download";

    /// <summary>True for what may be media; playlists of pieces are not.</summary>
    public static bool MayBeMedia(string? contentType) =>
        SaysNothing(contentType) || Extensions.ContainsKey(contentType!)
        || ((contentType!.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) || contentType.StartsWith("video/", StringComparison.OrdinalIgnoreCase))
            && !contentType.Contains("mpegurl", StringComparison.OrdinalIgnoreCase) && !contentType.Contains("scpls", StringComparison.OrdinalIgnoreCase));

    /// <summary>A web page or a document that comes under another name: an error page, most often.</summary>
    public static bool IsText(ReadOnlySpan<byte> start)
    {
        var text = start.TrimStart(" \t\r\n\uFEFF"u8);
        return text.StartsWith("<!"u8) || text.StartsWith("<html"u8) || text.StartsWith("<HTML"u8) || text.StartsWith("<?xml"u8) || text.StartsWith("{\""u8) || text.StartsWith("#EXTM3U"u8);
    }

    /// <summary>With its dot; the address's own where the type says nothing.</summary>
    public static string ExtensionOf(string? contentType, Uri address)
    {
        if (contentType is not null && Extensions.TryGetValue(contentType, out var known)) return known;
        var own = Path.GetExtension(address.AbsolutePath).ToLowerInvariant();
        return own.Length is > 1 and <= 5 && own.AsSpan(1).ToString().All(char.IsAsciiLetterOrDigit) ? own : ".bin";
    }

    /// <summary>The ending by which captions are read, or null where nobody here can read them.</summary>
    public static string? CaptionExtensionOf(string? contentType, Uri address) => contentType?.ToLowerInvariant() switch
    {
        "text/vtt" => ".vtt",
        "application/srt" or "application/x-subrip" or "text/srt" or "application/x-srt" => ".srt",
        "application/json" => ".json",
        "text/html" => null,
        _ => Array.Find(Captions, ending => address.AbsolutePath.EndsWith(ending, StringComparison.OrdinalIgnoreCase)),
    };
}
