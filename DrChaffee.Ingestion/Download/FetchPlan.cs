using System.Text.Json;
using System.Text.Json.Serialization;

namespace DrChaffee.Ingestion.Download;

/// <summary>How a recording's media is got. Kept with the source, so that any process that can reach the place can go on with it.</summary>
/// <param name="Location">A path on this machine, or an http or https address.</param>
/// <param name="CaptionLocation">Likewise, of captions that belong to it; null where none are known.</param>
internal sealed record FetchPlan(FetchKind Kind, string Location, string? CaptionLocation = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter<FetchKind>(JsonNamingPolicy.SnakeCaseLower) } };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static FetchPlan FromJson(string text) => JsonSerializer.Deserialize<FetchPlan>(text, Json) ?? throw new JsonException("A fetch plan is empty.");
}

/// <summary>What fetches the media.</summary>
internal enum FetchKind
{
    /// <summary>It lies on this machine.</summary>
    File,

    /// <summary>A plain file on a web server.</summary>
    Http,
    YtDlp,

    /// <summary>YoutubeExplode, in process.</summary>
    Youtube,
}
