using System.Globalization;
using System.Text.Json;
using DrChaffee.Ingestion.Discovery;

namespace DrChaffee.Ingestion.Download.YtDlp;

/// <summary>One line of yt-dlp's JSON: a recording, or an entry of a flat list, which tells less.</summary>
internal sealed class YtDlpRecord
{
    private readonly JsonElement _json;

    private YtDlpRecord(JsonElement json) => _json = json;

    /// <summary>Null for a line that is no JSON object.</summary>
    public static YtDlpRecord? Read(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            return new YtDlpRecord(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Id => Text("id");

    public string? Title => Text("title");

    public string? Description => Text("description");

    public TimeSpan? Duration => Number("duration") is > 0 and < 1e7 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    public string? Language => Text("language");

    public string? ChannelId => Text("channel_id") ?? Text("playlist_channel_id");

    public string? ChannelTitle => Text("channel") ?? Text("playlist_channel") ?? Text("playlist_uploader") ?? Text("uploader");

    public string? ChannelAddress => Text("channel_url") ?? Text("uploader_url");

    public string? PlaylistTitle => Text("playlist_title");

    public bool IsYoutube => Extractor.StartsWith("youtube", StringComparison.Ordinal);

    /// <summary>The first part of the extractor's name, in lower case: <c>youtube</c>, <c>vimeo</c>, <c>generic</c>.</summary>
    public string Extractor => (Text("ie_key") ?? Text("extractor_key") ?? Text("extractor") ?? "generic").ToLowerInvariant().Split(':')[0];

    /// <summary>The page, or in a flat list the address of the entry.</summary>
    public string? Address => Text("webpage_url") is { } page && Text("_type") is not ("url" or "url_transparent") ? page : Text("url");

    public DateTimeOffset? PublishedAt
    {
        get
        {
            if ((Number("timestamp") ?? Number("release_timestamp")) is { } seconds and > 0 and < 4e9) return DateTimeOffset.FromUnixTimeSeconds((long)seconds);
            return DateOnly.TryParseExact(Text("upload_date") ?? Text("release_date"), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
        }
    }

    public string? Thumbnail => Text("thumbnail")
        ?? (_json.TryGetProperty("thumbnails", out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0 && all[all.GetArrayLength() - 1].TryGetProperty("url", out var url) ? url.GetString() : null);

    public Availability Availability => (Text("live_status"), Text("availability")) switch
    {
        ("is_live" or "post_live", _) => Availability.Live,
        ("is_upcoming", _) => Availability.Upcoming,
        (_, "private") => Availability.Private,
        (_, "subscriber_only" or "premium_only") => Availability.MembersOnly,
        _ when Title is "[Private video]" or "[Deleted video]" => Availability.Private,
        _ => Availability.Open,
    };

    /// <summary>What a fetch learns beyond what a list told.</summary>
    public FetchedFacts Facts => new(Title, PublishedAt, Duration, Description is { Length: > 0 } text ? text : null, Thumbnail);

    /// <summary>The captions to take, or null: those that a person wrote, in the recording's language, then English, then any; a program's only where they are allowed, and not its translations.</summary>
    public CaptionChoice? Captions(bool automaticAllowed)
    {
        if (Choose([.. Languages("subtitles")]) is { } written) return new CaptionChoice(written, Automatic: false);
        if (!automaticAllowed) return null;
        string[] heard = [.. Languages("automatic_captions")];
        var spoken = heard.FirstOrDefault(name => name.EndsWith("-orig", StringComparison.Ordinal)) ?? (Language is { } language ? heard.FirstOrDefault(name => name == language) : heard.Length == 1 ? heard[0] : heard.FirstOrDefault(name => name == "en"));
        return spoken is null ? null : new CaptionChoice(spoken, Automatic: true);
    }

    private string? Choose(string[] languages)
    {
        foreach (var wanted in (string?[])[Language, Language?.Split('-')[0], "en"])
        {
            if (wanted is null) continue;
            var found = languages.FirstOrDefault(name => name == wanted) ?? languages.FirstOrDefault(name => name.StartsWith(wanted + "-", StringComparison.Ordinal));
            if (found is not null) return found;
        }

        return languages.FirstOrDefault();
    }

    private IEnumerable<string> Languages(string member) =>
        _json.TryGetProperty(member, out var tracks) && tracks.ValueKind == JsonValueKind.Object ? tracks.EnumerateObject().Select(track => track.Name).Where(name => name is not ("live_chat" or "rechat")) : [];

    private string? Text(string member) => _json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private double? Number(string member) => _json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}

/// <summary>Captions in one language.</summary>
internal sealed record CaptionChoice(string Language, bool Automatic);
